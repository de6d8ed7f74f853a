"""What is where in a database, as its catalogue says it: one readable line for each thing, columns in no order."""

from typing import Any, Final

from psycopg import Connection

_OURS: Final = "nspname !~ '^pg_' AND nspname <> 'information_schema'"
_SHAPES: Final = f"""
WITH ours AS (SELECT oid, nspname, nspowner FROM pg_namespace WHERE {_OURS})
SELECT 'schema ' || nspname || ' of ' || pg_get_userbyid(nspowner) FROM ours
UNION ALL
SELECT 'relation ' || c.relkind::text || ' ' || nspname || '.' || relname || ' of ' || pg_get_userbyid(relowner)
    || coalesce(' with ' || array_to_string(reloptions, ', '), '')
    || CASE WHEN relrowsecurity THEN ' by rows' ELSE '' END
FROM pg_class c JOIN ours ON ours.oid = relnamespace
UNION ALL
SELECT 'column ' || nspname || '.' || relname || '.' || attname || ' ' || format_type(atttypid, atttypmod)
    || CASE WHEN attnotnull THEN ' not null' ELSE '' END
    || ' ' || attgenerated::text || attidentity::text || ' ' || attstorage::text
    || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN ours ON ours.oid = relnamespace
LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
WHERE relkind IN ('r', 'v') AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint ' || conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(t.oid)
FROM pg_constraint t JOIN ours ON ours.oid = connamespace
UNION ALL
SELECT 'index ' || pg_get_indexdef(indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN ours ON ours.oid = relnamespace
UNION ALL
SELECT 'view ' || nspname || '.' || relname || ' ' || pg_get_viewdef(c.oid)
FROM pg_class c JOIN ours ON ours.oid = relnamespace WHERE relkind = 'v'
UNION ALL
SELECT 'function ' || p.oid::regprocedure::text || ' of ' || pg_get_userbyid(proowner) || ' '
    || CASE prokind WHEN 'a' THEN 'aggregate' ELSE pg_get_functiondef(p.oid) END
FROM pg_proc p JOIN ours ON ours.oid = pronamespace
UNION ALL
SELECT 'note ' || nspname || ' ' || obj_description(ours.oid, 'pg_namespace')
FROM ours WHERE obj_description(ours.oid, 'pg_namespace') IS NOT NULL
ORDER BY 1
"""


def shapes(connection: Connection[Any]) -> list[str]:
    """Everything in all schemas of ours."""
    return [line for (line,) in connection.execute(_SHAPES.encode())]
