"""Who may do what, as the catalogue of a real database says it: one readable line for each right."""

from collections.abc import Iterable
from typing import Any, Final

from psycopg import Connection

# Rights of owners over what is theirs go without saying; everything else is listed.
_RIGHTS: Final = """
WITH ours AS (
    SELECT oid, nspname, nspowner, nspacl FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), objects (kind, name, owner, acl) AS (
    SELECT 'schema', nspname::text, nspowner, coalesce(nspacl, acldefault('n', nspowner)) FROM ours
    UNION ALL
    SELECT CASE relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' ELSE 'table' END,
        nspname || '.' || relname, relowner,
        coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
    FROM pg_class JOIN ours ON ours.oid = relnamespace WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT 'column', nspname || '.' || relname || '.' || attname, relowner, attacl
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN ours ON ours.oid = relnamespace
    WHERE attacl IS NOT NULL
    UNION ALL
    SELECT 'function', nspname || '.' || proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
        proowner, coalesce(proacl, acldefault('f', proowner))
    FROM pg_proc p JOIN ours ON ours.oid = pronamespace
    UNION ALL
    SELECT 'database', 'this', datdba, coalesce(datacl, acldefault('d', datdba))
    FROM pg_database WHERE datname = current_database()
    UNION ALL
    SELECT 'language', lanname, lanowner, coalesce(lanacl, acldefault('l', lanowner))
    FROM pg_language WHERE lanpltrusted
)
SELECT kind, name, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END,
    string_agg(privilege_type || CASE WHEN is_grantable THEN ' (grants it)' ELSE '' END, ', ' ORDER BY privilege_type)
FROM objects CROSS JOIN LATERAL aclexplode(acl)
WHERE grantee <> owner
GROUP BY kind, name, grantee
ORDER BY kind, name, 3
"""

_OWNED: Final = """
SELECT pg_get_userbyid(nspowner), 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_'
UNION ALL
SELECT pg_get_userbyid(relowner), 'table ' || oid::regclass::text FROM pg_class
UNION ALL
SELECT pg_get_userbyid(proowner), 'function ' || oid::regprocedure::text FROM pg_proc
UNION ALL
SELECT pg_get_userbyid(datdba), 'database' FROM pg_database
"""

_ROLES: Final = """
SELECT rolname, concat_ws(', ',
    CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolcreaterole THEN 'creates roles' END,
    CASE WHEN rolcreatedb THEN 'creates databases' END, CASE WHEN rolreplication THEN 'replicates' END,
    CASE WHEN rolbypassrls THEN 'passes by row security' END, CASE WHEN rolcanlogin THEN 'signs in' END)
FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres' ORDER BY rolname
"""

_MEMBERS: Final = """
SELECT m.rolname, r.rolname FROM pg_auth_members
JOIN pg_roles m ON m.oid = member JOIN pg_roles r ON r.oid = roleid WHERE m.rolname !~ '^pg_'
"""

_POLICIES: Final = """
SELECT schemaname || '.' || tablename, policyname, cmd, coalesce(qual, '-'), coalesce(with_check, '-')
FROM pg_policies ORDER BY 1, 2
"""


def rights(connection: Connection[Any]) -> list[str]:
    """Every right of everybody who is not the owner, and every policy on rows."""
    lines = [f"{kind} {name}: {who} {what}" for kind, name, who, what in _rows(connection, _RIGHTS)]
    lines += [f"role {name}: {what or 'nothing by itself'}" for name, what in _rows(connection, _ROLES)]
    lines += [f"role {member}: is also {role}" for member, role in _rows(connection, _MEMBERS)]
    lines += [
        f"policy {table} {name}: {command} sees {sees}, writes {writes}"
        for table, name, command, sees, writes in _rows(connection, _POLICIES)
    ]
    return lines


def owned(connection: Connection[Any], roles: Iterable[str]) -> list[tuple[str, str]]:
    """What these roles own."""
    wanted = set(roles)
    return [(owner, what) for owner, what in _rows(connection, _OWNED) if owner in wanted]


def _rows(connection: Connection[Any], query: Any) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()
