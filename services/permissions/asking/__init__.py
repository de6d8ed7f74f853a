"""What people and operators ask for: decided by pure rules, carried out in one transaction."""
