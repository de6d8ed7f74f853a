-- Providers, new or as they are called now.
-- name: put_providers
INSERT INTO records.provider (number, name, page_name, city, publisher)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
ON CONFLICT (number) DO UPDATE SET
    name = excluded.name, page_name = excluded.page_name, city = excluded.city,
    publisher = excluded.publisher, loaded_at = now();

-- Practitioners, new or as they are called now.
-- name: put_practitioners
INSERT INTO records.practitioner (licence, profession, name, page_name)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])
ON CONFLICT (licence) DO UPDATE SET
    profession = excluded.profession, name = excluded.name, page_name = excluded.page_name, loaded_at = now();
