-- Who may have which free dose when, and since when that rule is in force (half-open, days in Poland).
-- They have changed and will: a new rule ends the old row's validity here and adds a row.
CREATE TABLE vaccination_limit (
    target_disease text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    first_from_age int NOT NULL,
    first_before_age int NOT NULL,
    second_from_months int NOT NULL,
    second_until_months int NOT NULL,
    PRIMARY KEY (target_disease, valid_from)
);

-- HPV: the programme began in June 2023 for children of 12 and 13; since September 2024 it takes them from 9.
INSERT INTO vaccination_limit (
    target_disease, valid_from, valid_until,
    first_from_age, first_before_age, second_from_months, second_until_months
)
VALUES
    ('HPV', '2023-06-01', '2024-09-01', 12, 14, 6, 12),
    ('HPV', '2024-09-01', NULL, 9, 14, 6, 12);
