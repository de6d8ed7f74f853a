--
-- PostgreSQL database dump
--

\restrict HLY5uuFahsuQfrgPNlGc1sODzh1SxLIPdEtSJ53LdMbyumy5pmN4fvG1fD5RIlK

-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: kernel; Type: SCHEMA; Schema: -; Owner: kartoteka_owner
--

CREATE SCHEMA kernel;


ALTER SCHEMA kernel OWNER TO kartoteka_owner;

--
-- Name: records; Type: SCHEMA; Schema: -; Owner: kartoteka_owner
--

CREATE SCHEMA records;


ALTER SCHEMA records OWNER TO kartoteka_owner;

--
-- Name: records_door; Type: SCHEMA; Schema: -; Owner: kartoteka_owner
--

CREATE SCHEMA records_door;


ALTER SCHEMA records_door OWNER TO kartoteka_owner;

--
-- Name: records_v1; Type: SCHEMA; Schema: -; Owner: kartoteka_owner
--

CREATE SCHEMA records_v1;


ALTER SCHEMA records_v1 OWNER TO kartoteka_owner;

--
-- Name: viewing; Type: SCHEMA; Schema: -; Owner: kartoteka_owner
--

CREATE SCHEMA viewing;


ALTER SCHEMA viewing OWNER TO kartoteka_owner;

--
-- Name: stored_event_uuid; Type: TYPE; Schema: records; Owner: kartoteka_owner
--

CREATE TYPE records.stored_event_uuid AS (
	originator_id uuid,
	originator_version bigint,
	topic text,
	state bytea
);


ALTER TYPE records.stored_event_uuid OWNER TO kartoteka_owner;

--
-- Name: is_mine(text); Type: FUNCTION; Schema: kernel; Owner: kartoteka_owner
--

CREATE FUNCTION kernel.is_mine(reader text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
    SELECT starts_with(reader || '.', replace(current_user, '_', '.') || '.');
$$;


ALTER FUNCTION kernel.is_mine(reader text) OWNER TO kartoteka_owner;

--
-- Name: active_version(text); Type: FUNCTION; Schema: records_door; Owner: kartoteka_owner
--

CREATE FUNCTION records_door.active_version(projection text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'records'
    AS $$
    SELECT version FROM records.active_version a WHERE a.projection = active_version.projection;
$$;


ALTER FUNCTION records_door.active_version(projection text) OWNER TO kartoteka_owner;

--
-- Name: behind_seconds(bigint); Type: FUNCTION; Schema: records_door; Owner: kartoteka_owner
--

CREATE FUNCTION records_door.behind_seconds(complete_to bigint) RETURNS double precision
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'records'
    AS $$
    SELECT coalesce((
        SELECT greatest(0, extract(epoch FROM clock_timestamp() - s.recorded_at))
        FROM records.seal s WHERE s.last_position > behind_seconds.complete_to
        ORDER BY s.last_position LIMIT 1
    ), 0);
$$;


ALTER FUNCTION records_door.behind_seconds(complete_to bigint) OWNER TO kartoteka_owner;

--
-- Name: complete_to(text); Type: FUNCTION; Schema: records_door; Owner: kartoteka_owner
--

CREATE FUNCTION records_door.complete_to(reader text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'records'
    AS $$
    WITH sent AS (
        SELECT coalesce(max(position), 0) AS sent_to
        FROM kernel.bookmark WHERE kernel.bookmark.reader = 'records.relay'
    )
    SELECT coalesce(min(CASE
        WHEN b.position >= coalesce(s.position, 0) THEN sent.sent_to
        ELSE b.position
    END), 0)
    FROM kernel.bookmark b
    CROSS JOIN sent
    LEFT JOIN records.relay_sent s ON s.partition = b.partition
    WHERE b.reader = complete_to.reader;
$$;


ALTER FUNCTION records_door.complete_to(reader text) OWNER TO kartoteka_owner;

--
-- Name: event_hash(bigint); Type: FUNCTION; Schema: records_door; Owner: kartoteka_owner
--

CREATE FUNCTION records_door.event_hash("position" bigint) RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'records'
    AS $$
    SELECT substr(e.state, 1, 32) FROM records.event e WHERE e.notification_id = event_hash."position";
$$;


ALTER FUNCTION records_door.event_hash("position" bigint) OWNER TO kartoteka_owner;

--
-- Name: next_dose(uuid, date, timestamp with time zone); Type: FUNCTION; Schema: records_door; Owner: kartoteka_owner
--

CREATE FUNCTION records_door.next_dose(patient uuid, asked_on date, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(next_dose integer, reason text, earliest_on date, latest_on date, after_latest text, held_up_by text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'records'
    AS $_$
BEGIN
    RETURN QUERY EXECUTE format('SELECT * FROM %I.next_dose($1, $2, $3)', records_door.active_version('records'))
    USING patient, asked_on, known_at;
END;
$_$;


ALTER FUNCTION records_door.next_dose(patient uuid, asked_on date, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: outcome_of(text, uuid); Type: FUNCTION; Schema: records_door; Owner: kartoteka_owner
--

CREATE FUNCTION records_door.outcome_of(said_by text, event_id uuid) RETURNS TABLE(outcome text, "position" bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'records'
    AS $$
    SELECT 'appended', i.position FROM records.inbox i
    WHERE i.publisher = said_by AND i.event_id = outcome_of.event_id;
$$;


ALTER FUNCTION records_door.outcome_of(said_by text, event_id uuid) OWNER TO kartoteka_owner;

--
-- Name: patient_by_account(text); Type: FUNCTION; Schema: records_door; Owner: kartoteka_owner
--

CREATE FUNCTION records_door.patient_by_account(account_id text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'records'
    AS $$
    SELECT p.patient_id FROM records.person p WHERE p.account_id = patient_by_account.account_id;
$$;


ALTER FUNCTION records_door.patient_by_account(account_id text) OWNER TO kartoteka_owner;

--
-- Name: patient_by_digest(bytea); Type: FUNCTION; Schema: records_door; Owner: kartoteka_owner
--

CREATE FUNCTION records_door.patient_by_digest(digest bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'records'
    AS $$
    SELECT p.patient_id FROM records.person p WHERE p.digest = patient_by_digest.digest;
$$;


ALTER FUNCTION records_door.patient_by_digest(digest bytea) OWNER TO kartoteka_owner;

--
-- Name: patient_known(uuid); Type: FUNCTION; Schema: records_door; Owner: kartoteka_owner
--

CREATE FUNCTION records_door.patient_known(patient uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'records'
    AS $$
    SELECT EXISTS (SELECT FROM records.person p WHERE p.patient_id = patient);
$$;


ALTER FUNCTION records_door.patient_known(patient uuid) OWNER TO kartoteka_owner;

--
-- Name: purge_closed_bytes(); Type: FUNCTION; Schema: records_door; Owner: kartoteka_owner
--

CREATE FUNCTION records_door.purge_closed_bytes() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'records'
    AS $$
    WITH purged AS (
        DELETE FROM records.quarantined_bytes b
        USING records.quarantine_closing c
        WHERE (c.topic, c.partition, c.record_offset) = (b.topic, b.partition, b.record_offset)
        RETURNING 1
    )
    SELECT count(*) FROM purged;
$$;


ALTER FUNCTION records_door.purge_closed_bytes() OWNER TO kartoteka_owner;

--
-- Name: timeline(uuid, timestamp with time zone); Type: FUNCTION; Schema: records_door; Owner: kartoteka_owner
--

CREATE FUNCTION records_door.timeline(patient uuid, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(kind text, entry_id uuid, medical_at timestamp with time zone, state text, content jsonb, lineage jsonb, sealed bytea[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'records'
    AS $_$
BEGIN
    RETURN QUERY EXECUTE format('SELECT * FROM %I.timeline($1, $2)', records_door.active_version('records'))
    USING patient, known_at;
END;
$_$;


ALTER FUNCTION records_door.timeline(patient uuid, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: birthday(date, integer); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.birthday(born date, age integer) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT
    RETURN ((born + make_interval(years => age)))::date;


ALTER FUNCTION records_v1.birthday(born date, age integer) OWNER TO kartoteka_owner;

--
-- Name: day_of(timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.day_of(moment timestamp with time zone) RETURNS date
    LANGUAGE sql STABLE STRICT
    RETURN ((moment AT TIME ZONE 'Europe/Warsaw'::text))::date;


ALTER FUNCTION records_v1.day_of(moment timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: keep_first(anyelement, anyelement); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.keep_first(kept anyelement, later anyelement) RETURNS anyelement
    LANGUAGE sql IMMUTABLE STRICT
    AS $$SELECT kept$$;


ALTER FUNCTION records_v1.keep_first(kept anyelement, later anyelement) OWNER TO kartoteka_owner;

--
-- Name: said(anyelement); Type: AGGREGATE; Schema: records_v1; Owner: kartoteka_owner
--

CREATE AGGREGATE records_v1.said(anyelement) (
    SFUNC = records_v1.keep_first,
    STYPE = anyelement
);


ALTER AGGREGATE records_v1.said(anyelement) OWNER TO kartoteka_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: prescription_dispensed; Type: TABLE; Schema: records_v1; Owner: kartoteka_owner
--

CREATE TABLE records_v1.prescription_dispensed (
    patient_id uuid NOT NULL,
    event_id uuid NOT NULL,
    publisher text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    prescription uuid NOT NULL,
    dispensing uuid NOT NULL,
    item integer NOT NULL,
    quantity integer NOT NULL,
    pharmacy text NOT NULL,
    country text NOT NULL,
    dispensed_at timestamp with time zone NOT NULL,
    sealed bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    "position" bigint NOT NULL,
    version bigint NOT NULL
);


ALTER TABLE records_v1.prescription_dispensed OWNER TO kartoteka_owner;

--
-- Name: dispensing(uuid, timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.dispensing(patient uuid, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(dispensing uuid, entry_id uuid, item integer, quantity integer, pharmacy text, country text, dispensed_at timestamp with time zone)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT statement.dispensing,
     records_v1.said(statement.entry_id ORDER BY statement.recency) AS said,
     records_v1.said(statement.item ORDER BY statement.recency) AS said,
     records_v1.said(statement.quantity ORDER BY statement.recency) AS said,
     records_v1.said(statement.pharmacy ORDER BY statement.recency) AS said,
     records_v1.said(statement.country ORDER BY statement.recency) AS said,
     records_v1.said(statement.dispensed_at ORDER BY statement.recency) AS said
    FROM ( SELECT prescription_dispensed.dispensing,
             prescription_dispensed.entry_id,
             prescription_dispensed.item,
             prescription_dispensed.quantity,
             prescription_dispensed.pharmacy,
             prescription_dispensed.country,
             prescription_dispensed.dispensed_at,
             row_number() OVER (ORDER BY prescription_dispensed.occurred_at DESC, prescription_dispensed.event_id DESC, (prescription_dispensed.publisher COLLATE "C") DESC) AS recency
            FROM records_v1.prescription_dispensed
           WHERE ((prescription_dispensed.patient_id = dispensing.patient) AND (prescription_dispensed.recorded_at <= dispensing.known_at))) statement
   GROUP BY statement.dispensing;
END;


ALTER FUNCTION records_v1.dispensing(patient uuid, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: start_of(date); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.start_of(day date) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT
    RETURN ((day)::timestamp without time zone AT TIME ZONE 'Europe/Warsaw'::text);


ALTER FUNCTION records_v1.start_of(day date) OWNER TO kartoteka_owner;

--
-- Name: person_registered; Type: TABLE; Schema: records_v1; Owner: kartoteka_owner
--

CREATE TABLE records_v1.person_registered (
    patient_id uuid NOT NULL,
    event_id uuid NOT NULL,
    publisher text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    birth_date date NOT NULL,
    sex text NOT NULL,
    surname_check bytea NOT NULL,
    mother uuid,
    father uuid,
    sealed bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    "position" bigint NOT NULL,
    version bigint NOT NULL
);


ALTER TABLE records_v1.person_registered OWNER TO kartoteka_owner;

--
-- Name: person(uuid, timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.person(patient uuid, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(entry_id uuid, medical_at timestamp with time zone, state text, birth_date date, sex text, mother uuid, father uuid)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT statement.entry_id,
     records_v1.start_of(records_v1.said(statement.birth_date ORDER BY statement.recency)) AS start_of,
     ''::text,
     records_v1.said(statement.birth_date ORDER BY statement.recency) AS said,
     records_v1.said(statement.sex ORDER BY statement.recency) AS said,
     records_v1.said(statement.mother ORDER BY statement.recency) AS said,
     records_v1.said(statement.father ORDER BY statement.recency) AS said
    FROM ( SELECT person_registered.entry_id,
             person_registered.birth_date,
             person_registered.sex,
             person_registered.mother,
             person_registered.father,
             row_number() OVER (ORDER BY person_registered.occurred_at DESC, person_registered.event_id DESC, (person_registered.publisher COLLATE "C") DESC) AS recency
            FROM records_v1.person_registered
           WHERE ((person_registered.patient_id = person.patient) AND (person_registered.recorded_at <= person.known_at))) statement
   GROUP BY statement.entry_id;
END;


ALTER FUNCTION records_v1.person(patient uuid, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: prescription_cancelled; Type: TABLE; Schema: records_v1; Owner: kartoteka_owner
--

CREATE TABLE records_v1.prescription_cancelled (
    patient_id uuid NOT NULL,
    event_id uuid NOT NULL,
    publisher text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    prescription uuid NOT NULL,
    cancelled_at timestamp with time zone NOT NULL,
    sealed bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    "position" bigint NOT NULL,
    version bigint NOT NULL
);


ALTER TABLE records_v1.prescription_cancelled OWNER TO kartoteka_owner;

--
-- Name: prescription_issued; Type: TABLE; Schema: records_v1; Owner: kartoteka_owner
--

CREATE TABLE records_v1.prescription_issued (
    patient_id uuid NOT NULL,
    event_id uuid NOT NULL,
    publisher text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    prescription uuid NOT NULL,
    profession text NOT NULL,
    provider text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    valid_until date NOT NULL,
    chronic boolean NOT NULL,
    items_item integer[] NOT NULL,
    items_quantity integer[] NOT NULL,
    sealed bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    "position" bigint NOT NULL,
    version bigint NOT NULL
);


ALTER TABLE records_v1.prescription_issued OWNER TO kartoteka_owner;

--
-- Name: prescription_paper(uuid, timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.prescription_paper(patient uuid, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(entry_id uuid, issued_at timestamp with time zone, valid_until date, chronic boolean, profession text, provider text, cancelled_at timestamp with time zone, items_item integer[], items_quantity integer[])
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT statement.entry_id,
     records_v1.said(statement.issued_at ORDER BY statement.recency) AS said,
     records_v1.said(statement.valid_until ORDER BY statement.recency) AS said,
     records_v1.said(statement.chronic ORDER BY statement.recency) AS said,
     records_v1.said(statement.profession ORDER BY statement.recency) AS said,
     records_v1.said(statement.provider ORDER BY statement.recency) AS said,
     records_v1.said(statement.cancelled_at ORDER BY statement.recency) AS said,
     records_v1.said(statement.items_item ORDER BY statement.recency) AS said,
     records_v1.said(statement.items_quantity ORDER BY statement.recency) AS said
    FROM ( SELECT said_of_paper.entry_id,
             said_of_paper.event_id,
             said_of_paper.publisher,
             said_of_paper.occurred_at,
             said_of_paper.issued_at,
             said_of_paper.valid_until,
             said_of_paper.chronic,
             said_of_paper.profession,
             said_of_paper.provider,
             said_of_paper.items_item,
             said_of_paper.items_quantity,
             said_of_paper.cancelled_at,
             row_number() OVER (ORDER BY said_of_paper.occurred_at DESC, said_of_paper.event_id DESC, (said_of_paper.publisher COLLATE "C") DESC) AS recency
            FROM ( SELECT prescription_issued.entry_id,
                     prescription_issued.event_id,
                     prescription_issued.publisher,
                     prescription_issued.occurred_at,
                     prescription_issued.issued_at,
                     prescription_issued.valid_until,
                     prescription_issued.chronic,
                     prescription_issued.profession,
                     prescription_issued.provider,
                     prescription_issued.items_item,
                     prescription_issued.items_quantity,
                     NULL::timestamp with time zone AS cancelled_at
                    FROM records_v1.prescription_issued
                   WHERE ((prescription_issued.patient_id = prescription_paper.patient) AND (prescription_issued.recorded_at <= prescription_paper.known_at))
                 UNION ALL
                  SELECT prescription_cancelled.entry_id,
                     prescription_cancelled.event_id,
                     prescription_cancelled.publisher,
                     prescription_cancelled.occurred_at,
                     NULL::timestamp with time zone,
                     NULL::date,
                     NULL::boolean,
                     NULL::text,
                     NULL::text,
                     NULL::integer[],
                     NULL::integer[],
                     prescription_cancelled.cancelled_at
                    FROM records_v1.prescription_cancelled
                   WHERE ((prescription_cancelled.patient_id = prescription_paper.patient) AND (prescription_cancelled.recorded_at <= prescription_paper.known_at))) said_of_paper) statement
   GROUP BY statement.entry_id;
END;


ALTER FUNCTION records_v1.prescription_paper(patient uuid, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: prescription(uuid, timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.prescription(patient uuid, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(entry_id uuid, medical_at timestamp with time zone, state text, issued_at timestamp with time zone, valid_until date, chronic boolean, profession text, provider text, cancelled_at timestamp with time zone, items json, dispensings json)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 WITH paper AS (
          SELECT prescription_paper.entry_id,
             prescription_paper.issued_at,
             prescription_paper.valid_until,
             prescription_paper.chronic,
             prescription_paper.profession,
             prescription_paper.provider,
             prescription_paper.cancelled_at,
             prescription_paper.items_item,
             prescription_paper.items_quantity
            FROM records_v1.prescription_paper(prescription.patient, prescription.known_at) prescription_paper(entry_id, issued_at, valid_until, chronic, profession, provider, cancelled_at, items_item, items_quantity)
         ), taken AS (
          SELECT dispensing.entry_id,
             dispensing.dispensing,
             dispensing.item,
             dispensing.quantity,
             dispensing.pharmacy,
             dispensing.country,
             dispensing.dispensed_at
            FROM records_v1.dispensing(prescription.patient, prescription.known_at) dispensing(dispensing, entry_id, item, quantity, pharmacy, country, dispensed_at)
         ), item AS (
          SELECT entry_id,
             item,
             prescribed.quantity,
             COALESCE(taken_item.dispensed, (0)::bigint) AS dispensed,
             taken_item.first_at
            FROM (( SELECT paper_1.entry_id,
                     prescribed_1.item,
                     prescribed_1.quantity
                    FROM paper paper_1,
                     LATERAL UNNEST(paper_1.items_item, paper_1.items_quantity) prescribed_1(item, quantity)) prescribed
              FULL JOIN ( SELECT taken.entry_id,
                     taken.item,
                     sum(taken.quantity) AS dispensed,
                     min(taken.dispensed_at) AS first_at
                    FROM taken
                   GROUP BY taken.entry_id, taken.item) taken_item USING (entry_id, item))
         ), items AS (
          SELECT item.entry_id,
             json_agg(shown.* ORDER BY item.item) AS items
            FROM ((item
              LEFT JOIN paper paper_1 ON ((paper_1.entry_id = item.entry_id)))
              CROSS JOIN LATERAL ( SELECT item.item,
                     item.quantity,
                     item.dispensed,
                         CASE
                             WHEN (item.quantity IS NOT NULL) THEN GREATEST((item.quantity - item.dispensed), (0)::bigint)
                             ELSE NULL::bigint
                         END AS left_to_dispense,
                     array_remove(ARRAY[
                         CASE
                             WHEN (item.dispensed > item.quantity) THEN 'more_than_issued'::text
                             ELSE NULL::text
                         END,
                         CASE
                             WHEN (item.first_at < paper_1.issued_at) THEN 'dispensed_before_issued'::text
                             ELSE NULL::text
                         END,
                         CASE
                             WHEN ((item.quantity IS NULL) AND (paper_1.issued_at IS NOT NULL)) THEN 'not_on_prescription'::text
                             ELSE NULL::text
                         END], NULL::text) AS odd) shown)
           GROUP BY item.entry_id
         ), handed_out AS (
          SELECT taken.entry_id,
             min(taken.dispensed_at) AS first_at,
             json_agg(shown.* ORDER BY taken.dispensed_at, taken.dispensing) AS dispensings
            FROM (taken
              CROSS JOIN LATERAL ( SELECT taken.dispensing,
                     taken.item,
                     taken.quantity,
                     taken.pharmacy,
                     taken.country,
                     taken.dispensed_at) shown)
           GROUP BY taken.entry_id
         )
  SELECT entry_id,
     COALESCE(paper.issued_at, handed_out.first_at, paper.cancelled_at) AS "coalesce",
         CASE
             WHEN (paper.cancelled_at IS NOT NULL) THEN 'cancelled'::text
             WHEN (paper.issued_at IS NULL) THEN 'not_issued'::text
             ELSE ''::text
         END AS "case",
     paper.issued_at,
     paper.valid_until,
     paper.chronic,
     paper.profession,
     paper.provider,
     paper.cancelled_at,
     COALESCE(items.items, '[]'::json) AS "coalesce",
     COALESCE(handed_out.dispensings, '[]'::json) AS "coalesce"
    FROM ((paper
      FULL JOIN handed_out USING (entry_id))
      LEFT JOIN items USING (entry_id));
END;


ALTER FUNCTION records_v1.prescription(patient uuid, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: family_member_registered; Type: TABLE; Schema: records_v1; Owner: kartoteka_owner
--

CREATE TABLE records_v1.family_member_registered (
    patient_id uuid NOT NULL,
    event_id uuid NOT NULL,
    publisher text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    insured uuid NOT NULL,
    kinship text NOT NULL,
    payer uuid NOT NULL,
    valid_from date NOT NULL,
    reported_on date NOT NULL,
    sealed bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    "position" bigint NOT NULL,
    version bigint NOT NULL
);


ALTER TABLE records_v1.family_member_registered OWNER TO kartoteka_owner;

--
-- Name: registration(uuid, timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.registration(patient uuid, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(entry_id uuid, medical_at timestamp with time zone, state text, insured uuid, kinship text, payer uuid, valid_from date, reported_on date)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT statement.entry_id,
     records_v1.start_of(records_v1.said(statement.valid_from ORDER BY statement.recency)) AS start_of,
     ''::text,
     records_v1.said(statement.insured ORDER BY statement.recency) AS said,
     records_v1.said(statement.kinship ORDER BY statement.recency) AS said,
     records_v1.said(statement.payer ORDER BY statement.recency) AS said,
     records_v1.said(statement.valid_from ORDER BY statement.recency) AS said,
     records_v1.said(statement.reported_on ORDER BY statement.recency) AS said
    FROM ( SELECT family_member_registered.entry_id,
             family_member_registered.insured,
             family_member_registered.kinship,
             family_member_registered.payer,
             family_member_registered.valid_from,
             family_member_registered.reported_on,
             row_number() OVER (ORDER BY family_member_registered.occurred_at DESC, family_member_registered.event_id DESC, (family_member_registered.publisher COLLATE "C") DESC) AS recency
            FROM records_v1.family_member_registered
           WHERE ((family_member_registered.patient_id = registration.patient) AND (family_member_registered.recorded_at <= registration.known_at))) statement
   GROUP BY statement.entry_id;
END;


ALTER FUNCTION records_v1.registration(patient uuid, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: record_set_aside; Type: TABLE; Schema: records_v1; Owner: kartoteka_owner
--

CREATE TABLE records_v1.record_set_aside (
    patient_id uuid NOT NULL,
    event_id uuid NOT NULL,
    publisher text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    set_aside text NOT NULL,
    said_by text NOT NULL,
    reason text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    "position" bigint NOT NULL,
    version bigint NOT NULL
);


ALTER TABLE records_v1.record_set_aside OWNER TO kartoteka_owner;

--
-- Name: record_set_aside_closed; Type: TABLE; Schema: records_v1; Owner: kartoteka_owner
--

CREATE TABLE records_v1.record_set_aside_closed (
    patient_id uuid NOT NULL,
    event_id uuid NOT NULL,
    publisher text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    set_aside text NOT NULL,
    said_by text NOT NULL,
    reason text NOT NULL,
    how text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    "position" bigint NOT NULL,
    version bigint NOT NULL
);


ALTER TABLE records_v1.record_set_aside_closed OWNER TO kartoteka_owner;

--
-- Name: set_aside(uuid, timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.set_aside(patient uuid, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(entry_id uuid, medical_at timestamp with time zone, state text, since timestamp with time zone, said_by text, reason text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT statement.entry_id,
     min(statement.occurred_at) AS min,
     'open'::text,
     min(statement.occurred_at) AS min,
     records_v1.said(statement.said_by ORDER BY statement.recency) AS said,
     records_v1.said(statement.reason ORDER BY statement.recency) AS said
    FROM ( SELECT record_set_aside.entry_id,
             record_set_aside.occurred_at,
             record_set_aside.said_by,
             record_set_aside.reason,
             row_number() OVER (ORDER BY record_set_aside.occurred_at DESC, record_set_aside.event_id DESC, (record_set_aside.publisher COLLATE "C") DESC) AS recency
            FROM records_v1.record_set_aside
           WHERE ((record_set_aside.patient_id = set_aside.patient) AND (record_set_aside.recorded_at <= set_aside.known_at))) statement
   WHERE (NOT (statement.entry_id IN ( SELECT closed.entry_id
            FROM records_v1.record_set_aside_closed closed
           WHERE ((closed.patient_id = set_aside.patient) AND (closed.recorded_at <= set_aside.known_at)))))
   GROUP BY statement.entry_id;
END;


ALTER FUNCTION records_v1.set_aside(patient uuid, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: insurance_title_opened; Type: TABLE; Schema: records_v1; Owner: kartoteka_owner
--

CREATE TABLE records_v1.insurance_title_opened (
    patient_id uuid NOT NULL,
    event_id uuid NOT NULL,
    publisher text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    title_code text NOT NULL,
    payer uuid NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    sealed bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    "position" bigint NOT NULL,
    version bigint NOT NULL
);


ALTER TABLE records_v1.insurance_title_opened OWNER TO kartoteka_owner;

--
-- Name: title(uuid, timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.title(patient uuid, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(entry_id uuid, medical_at timestamp with time zone, state text, title_code text, payer uuid, valid_from date, valid_until date)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT statement.entry_id,
     records_v1.start_of(records_v1.said(statement.valid_from ORDER BY statement.recency)) AS start_of,
     ''::text,
     records_v1.said(statement.title_code ORDER BY statement.recency) AS said,
     records_v1.said(statement.payer ORDER BY statement.recency) AS said,
     records_v1.said(statement.valid_from ORDER BY statement.recency) AS said,
     records_v1.said(statement.valid_until ORDER BY statement.recency) AS said
    FROM ( SELECT insurance_title_opened.entry_id,
             insurance_title_opened.title_code,
             insurance_title_opened.payer,
             insurance_title_opened.valid_from,
             insurance_title_opened.valid_until,
             row_number() OVER (ORDER BY insurance_title_opened.occurred_at DESC, insurance_title_opened.event_id DESC, (insurance_title_opened.publisher COLLATE "C") DESC) AS recency
            FROM records_v1.insurance_title_opened
           WHERE ((insurance_title_opened.patient_id = title.patient) AND (insurance_title_opened.recorded_at <= title.known_at))) statement
   GROUP BY statement.entry_id;
END;


ALTER FUNCTION records_v1.title(patient uuid, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: vaccination_dose_closed; Type: TABLE; Schema: records_v1; Owner: kartoteka_owner
--

CREATE TABLE records_v1.vaccination_dose_closed (
    patient_id uuid NOT NULL,
    event_id uuid NOT NULL,
    publisher text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    vaccination uuid NOT NULL,
    visit uuid,
    closed_at timestamp with time zone NOT NULL,
    provider text NOT NULL,
    sealed bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    "position" bigint NOT NULL,
    version bigint NOT NULL
);


ALTER TABLE records_v1.vaccination_dose_closed OWNER TO kartoteka_owner;

--
-- Name: vaccination_dose_recorded; Type: TABLE; Schema: records_v1; Owner: kartoteka_owner
--

CREATE TABLE records_v1.vaccination_dose_recorded (
    patient_id uuid NOT NULL,
    event_id uuid NOT NULL,
    publisher text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    vaccination uuid NOT NULL,
    target_disease text NOT NULL,
    dose_number integer NOT NULL,
    visit uuid,
    given_at timestamp with time zone NOT NULL,
    provider text NOT NULL,
    sealed bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    "position" bigint NOT NULL,
    version bigint NOT NULL
);


ALTER TABLE records_v1.vaccination_dose_recorded OWNER TO kartoteka_owner;

--
-- Name: vaccination(uuid, timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.vaccination(patient uuid, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(entry_id uuid, medical_at timestamp with time zone, state text, target_disease text, dose_number integer, given_at timestamp with time zone, provider text, visit uuid, closed_at timestamp with time zone, closed_by text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT statement.entry_id,
     COALESCE(records_v1.said(statement.given_at ORDER BY statement.recency), records_v1.said(statement.closed_at ORDER BY statement.recency)) AS "coalesce",
         CASE
             WHEN (records_v1.said(statement.given_at ORDER BY statement.recency) IS NULL) THEN 'not_recorded'::text
             WHEN (records_v1.said(statement.closed_at ORDER BY statement.recency) IS NULL) THEN 'recorded'::text
             ELSE 'closed'::text
         END AS "case",
     records_v1.said(statement.target_disease ORDER BY statement.recency) AS said,
     records_v1.said(statement.dose_number ORDER BY statement.recency) AS said,
     records_v1.said(statement.given_at ORDER BY statement.recency) AS said,
     records_v1.said(statement.provider ORDER BY statement.recency) AS said,
     records_v1.said(statement.visit ORDER BY statement.recency) AS said,
     records_v1.said(statement.closed_at ORDER BY statement.recency) AS said,
     records_v1.said(statement.closed_by ORDER BY statement.recency) AS said
    FROM ( SELECT said_of_dose.entry_id,
             said_of_dose.event_id,
             said_of_dose.publisher,
             said_of_dose.occurred_at,
             said_of_dose.visit,
             said_of_dose.target_disease,
             said_of_dose.dose_number,
             said_of_dose.given_at,
             said_of_dose.provider,
             said_of_dose.closed_at,
             said_of_dose.closed_by,
             row_number() OVER (ORDER BY said_of_dose.occurred_at DESC, said_of_dose.event_id DESC, (said_of_dose.publisher COLLATE "C") DESC) AS recency
            FROM ( SELECT vaccination_dose_recorded.entry_id,
                     vaccination_dose_recorded.event_id,
                     vaccination_dose_recorded.publisher,
                     vaccination_dose_recorded.occurred_at,
                     vaccination_dose_recorded.visit,
                     vaccination_dose_recorded.target_disease,
                     vaccination_dose_recorded.dose_number,
                     vaccination_dose_recorded.given_at,
                     vaccination_dose_recorded.provider,
                     NULL::timestamp with time zone AS closed_at,
                     NULL::text AS closed_by
                    FROM records_v1.vaccination_dose_recorded
                   WHERE ((vaccination_dose_recorded.patient_id = vaccination.patient) AND (vaccination_dose_recorded.recorded_at <= vaccination.known_at))
                 UNION ALL
                  SELECT vaccination_dose_closed.entry_id,
                     vaccination_dose_closed.event_id,
                     vaccination_dose_closed.publisher,
                     vaccination_dose_closed.occurred_at,
                     vaccination_dose_closed.visit,
                     NULL::text,
                     NULL::integer,
                     NULL::timestamp with time zone,
                     NULL::text,
                     vaccination_dose_closed.closed_at,
                     vaccination_dose_closed.provider
                    FROM records_v1.vaccination_dose_closed
                   WHERE ((vaccination_dose_closed.patient_id = vaccination.patient) AND (vaccination_dose_closed.recorded_at <= vaccination.known_at))) said_of_dose) statement
   GROUP BY statement.entry_id;
END;


ALTER FUNCTION records_v1.vaccination(patient uuid, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: entry(uuid, timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.entry(patient uuid, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(kind text, entry_id uuid, medical_at timestamp with time zone, state text, content json)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT 'person'::text,
     shown.entry_id,
     shown.medical_at,
     shown.state,
     to_json(shown.*) AS to_json
    FROM records_v1.person(entry.patient, entry.known_at) shown(entry_id, medical_at, state, birth_date, sex, mother, father)
 UNION ALL
  SELECT 'registration'::text,
     shown.entry_id,
     shown.medical_at,
     shown.state,
     to_json(shown.*) AS to_json
    FROM records_v1.registration(entry.patient, entry.known_at) shown(entry_id, medical_at, state, insured, kinship, payer, valid_from, reported_on)
 UNION ALL
  SELECT 'title'::text,
     shown.entry_id,
     shown.medical_at,
     shown.state,
     to_json(shown.*) AS to_json
    FROM records_v1.title(entry.patient, entry.known_at) shown(entry_id, medical_at, state, title_code, payer, valid_from, valid_until)
 UNION ALL
  SELECT 'prescription'::text,
     shown.entry_id,
     shown.medical_at,
     shown.state,
     to_json(shown.*) AS to_json
    FROM records_v1.prescription(entry.patient, entry.known_at) shown(entry_id, medical_at, state, issued_at, valid_until, chronic, profession, provider, cancelled_at, items, dispensings)
 UNION ALL
  SELECT 'vaccination'::text,
     shown.entry_id,
     shown.medical_at,
     shown.state,
     to_json(shown.*) AS to_json
    FROM records_v1.vaccination(entry.patient, entry.known_at) shown(entry_id, medical_at, state, target_disease, dose_number, given_at, provider, visit, closed_at, closed_by)
 UNION ALL
  SELECT 'set-aside'::text,
     shown.entry_id,
     shown.medical_at,
     shown.state,
     to_json(shown.*) AS to_json
    FROM records_v1.set_aside(entry.patient, entry.known_at) shown(entry_id, medical_at, state, since, said_by, reason);
END;


ALTER FUNCTION records_v1.entry(patient uuid, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: months_later(date, integer); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.months_later(day date, months integer) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT
    RETURN ((day + make_interval(months => months)))::date;


ALTER FUNCTION records_v1.months_later(day date, months integer) OWNER TO kartoteka_owner;

--
-- Name: vaccination_limit; Type: TABLE; Schema: records_v1; Owner: kartoteka_owner
--

CREATE TABLE records_v1.vaccination_limit (
    target_disease text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    first_from_age integer NOT NULL,
    first_before_age integer NOT NULL,
    second_from_months integer NOT NULL,
    second_until_months integer NOT NULL
);


ALTER TABLE records_v1.vaccination_limit OWNER TO kartoteka_owner;

--
-- Name: next_dose(uuid, date, timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.next_dose(patient uuid, asked_on date DEFAULT records_v1.day_of(now()), known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(next_dose integer, reason text, earliest_on date, latest_on date, after_latest text, held_up_by text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 WITH dose AS (
          SELECT records_v1.day_of(vaccination.given_at) AS given_on,
             (vaccination.state = 'closed'::text) AS closed,
             vaccination.provider,
             row_number() OVER (ORDER BY vaccination.given_at, vaccination.entry_id) AS nth
            FROM records_v1.vaccination(next_dose.patient, next_dose.known_at) vaccination(entry_id, medical_at, state, target_disease, dose_number, given_at, provider, visit, closed_at, closed_by)
           WHERE ((vaccination.target_disease = 'HPV'::text) AND (vaccination.given_at IS NOT NULL))
         ), rule AS (
          SELECT records_v1.birthday(person.birth_date, vaccination_limit.first_from_age) AS first_from,
             records_v1.birthday(person.birth_date, vaccination_limit.first_before_age) AS first_before,
             records_v1.months_later(first.given_on, vaccination_limit.second_from_months) AS second_from,
             records_v1.months_later(first.given_on, vaccination_limit.second_until_months) AS second_until,
             first.given_on,
             first.closed AS first_closed,
             first.provider AS first_provider,
             second.closed AS second_closed,
             second.provider AS second_provider,
             person.birth_date,
             vaccination_limit.first_from_age
            FROM ((((( SELECT next_dose.asked_on AS day) asked
              LEFT JOIN records_v1.vaccination_limit ON (((vaccination_limit.target_disease = 'HPV'::text) AND (vaccination_limit.valid_from <= asked.day) AND ((vaccination_limit.valid_until IS NULL) OR (asked.day < vaccination_limit.valid_until)))))
              LEFT JOIN records_v1.person(next_dose.patient, next_dose.known_at) person(entry_id, medical_at, state, birth_date, sex, mother, father) ON (true))
              LEFT JOIN dose first ON ((first.nth = 1)))
              LEFT JOIN dose second ON ((second.nth = 2)))
         ), answer AS (
          SELECT
                 CASE
                     WHEN rule.second_closed THEN 'complete'::text
                     WHEN (NOT rule.second_closed) THEN 'second_dose_not_closed'::text
                     WHEN (rule.first_from_age IS NULL) THEN 'not_offered'::text
                     WHEN (rule.birth_date IS NULL) THEN 'birth_date_unknown'::text
                     WHEN (rule.given_on >= rule.first_before) THEN 'first_dose_too_late'::text
                     WHEN (NOT rule.first_closed) THEN 'first_dose_not_closed'::text
                     WHEN rule.first_closed THEN 'second_dose'::text
                     WHEN (next_dose.asked_on >= rule.first_before) THEN 'too_old'::text
                     ELSE 'first_dose'::text
                 END AS found,
             rule.first_from,
             rule.first_before,
             rule.second_from,
             rule.second_until,
             rule.first_provider,
             rule.second_provider
            FROM rule
         )
  SELECT
         CASE
             WHEN (answer.found = 'first_dose'::text) THEN 1
             WHEN (answer.found = ANY (ARRAY['second_dose'::text, 'first_dose_not_closed'::text])) THEN 2
             ELSE NULL::integer
         END AS "case",
         CASE
             WHEN (answer.found <> ALL (ARRAY['first_dose'::text, 'second_dose'::text])) THEN answer.found
             ELSE NULL::text
         END AS "case",
         CASE
             WHEN (answer.found = ANY (ARRAY['first_dose'::text, 'too_old'::text])) THEN answer.first_from
             WHEN (answer.found = ANY (ARRAY['second_dose'::text, 'first_dose_not_closed'::text])) THEN answer.second_from
             ELSE NULL::date
         END AS "case",
         CASE
             WHEN (answer.found = ANY (ARRAY['first_dose'::text, 'too_old'::text])) THEN (answer.first_before - 1)
             WHEN (answer.found = ANY (ARRAY['second_dose'::text, 'first_dose_not_closed'::text])) THEN answer.second_until
             ELSE NULL::date
         END AS "case",
         CASE
             WHEN (answer.found = ANY (ARRAY['first_dose'::text, 'too_old'::text])) THEN 'refused'::text
             WHEN (answer.found = ANY (ARRAY['second_dose'::text, 'first_dose_not_closed'::text])) THEN 'clinic'::text
             ELSE NULL::text
         END AS "case",
         CASE answer.found
             WHEN 'second_dose_not_closed'::text THEN answer.second_provider
             WHEN 'first_dose_not_closed'::text THEN answer.first_provider
             ELSE NULL::text
         END AS "case"
    FROM answer;
END;


ALTER FUNCTION records_v1.next_dose(patient uuid, asked_on date, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: statement(uuid, timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.statement(patient uuid, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(kind text, event_type text, entry_id uuid, event_id uuid, publisher text, occurred_at timestamp with time zone, recorded_at timestamp with time zone, "position" bigint, sealed bytea)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT 'person'::text,
     'PersonRegistered'::text,
     person_registered.entry_id,
     person_registered.event_id,
     person_registered.publisher,
     person_registered.occurred_at,
     person_registered.recorded_at,
     person_registered."position",
     person_registered.sealed
    FROM records_v1.person_registered
   WHERE ((person_registered.patient_id = statement.patient) AND (person_registered.recorded_at <= statement.known_at))
 UNION ALL
  SELECT 'registration'::text,
     'FamilyMemberRegistered'::text,
     family_member_registered.entry_id,
     family_member_registered.event_id,
     family_member_registered.publisher,
     family_member_registered.occurred_at,
     family_member_registered.recorded_at,
     family_member_registered."position",
     family_member_registered.sealed
    FROM records_v1.family_member_registered
   WHERE ((family_member_registered.patient_id = statement.patient) AND (family_member_registered.recorded_at <= statement.known_at))
 UNION ALL
  SELECT 'title'::text,
     'InsuranceTitleOpened'::text,
     insurance_title_opened.entry_id,
     insurance_title_opened.event_id,
     insurance_title_opened.publisher,
     insurance_title_opened.occurred_at,
     insurance_title_opened.recorded_at,
     insurance_title_opened."position",
     insurance_title_opened.sealed
    FROM records_v1.insurance_title_opened
   WHERE ((insurance_title_opened.patient_id = statement.patient) AND (insurance_title_opened.recorded_at <= statement.known_at))
 UNION ALL
  SELECT 'prescription'::text,
     'PrescriptionCancelled'::text,
     prescription_cancelled.entry_id,
     prescription_cancelled.event_id,
     prescription_cancelled.publisher,
     prescription_cancelled.occurred_at,
     prescription_cancelled.recorded_at,
     prescription_cancelled."position",
     prescription_cancelled.sealed
    FROM records_v1.prescription_cancelled
   WHERE ((prescription_cancelled.patient_id = statement.patient) AND (prescription_cancelled.recorded_at <= statement.known_at))
 UNION ALL
  SELECT 'prescription'::text,
     'PrescriptionDispensed'::text,
     prescription_dispensed.entry_id,
     prescription_dispensed.event_id,
     prescription_dispensed.publisher,
     prescription_dispensed.occurred_at,
     prescription_dispensed.recorded_at,
     prescription_dispensed."position",
     prescription_dispensed.sealed
    FROM records_v1.prescription_dispensed
   WHERE ((prescription_dispensed.patient_id = statement.patient) AND (prescription_dispensed.recorded_at <= statement.known_at))
 UNION ALL
  SELECT 'prescription'::text,
     'PrescriptionIssued'::text,
     prescription_issued.entry_id,
     prescription_issued.event_id,
     prescription_issued.publisher,
     prescription_issued.occurred_at,
     prescription_issued.recorded_at,
     prescription_issued."position",
     prescription_issued.sealed
    FROM records_v1.prescription_issued
   WHERE ((prescription_issued.patient_id = statement.patient) AND (prescription_issued.recorded_at <= statement.known_at))
 UNION ALL
  SELECT 'vaccination'::text,
     'VaccinationDoseClosed'::text,
     vaccination_dose_closed.entry_id,
     vaccination_dose_closed.event_id,
     vaccination_dose_closed.publisher,
     vaccination_dose_closed.occurred_at,
     vaccination_dose_closed.recorded_at,
     vaccination_dose_closed."position",
     vaccination_dose_closed.sealed
    FROM records_v1.vaccination_dose_closed
   WHERE ((vaccination_dose_closed.patient_id = statement.patient) AND (vaccination_dose_closed.recorded_at <= statement.known_at))
 UNION ALL
  SELECT 'vaccination'::text,
     'VaccinationDoseRecorded'::text,
     vaccination_dose_recorded.entry_id,
     vaccination_dose_recorded.event_id,
     vaccination_dose_recorded.publisher,
     vaccination_dose_recorded.occurred_at,
     vaccination_dose_recorded.recorded_at,
     vaccination_dose_recorded."position",
     vaccination_dose_recorded.sealed
    FROM records_v1.vaccination_dose_recorded
   WHERE ((vaccination_dose_recorded.patient_id = statement.patient) AND (vaccination_dose_recorded.recorded_at <= statement.known_at))
 UNION ALL
  SELECT 'set-aside'::text,
     'RecordSetAside'::text,
     record_set_aside.entry_id,
     record_set_aside.event_id,
     record_set_aside.publisher,
     record_set_aside.occurred_at,
     record_set_aside.recorded_at,
     record_set_aside."position",
     NULL::bytea AS bytea
    FROM records_v1.record_set_aside
   WHERE ((record_set_aside.patient_id = statement.patient) AND (record_set_aside.recorded_at <= statement.known_at))
 UNION ALL
  SELECT 'set-aside'::text,
     'RecordSetAsideClosed'::text,
     record_set_aside_closed.entry_id,
     record_set_aside_closed.event_id,
     record_set_aside_closed.publisher,
     record_set_aside_closed.occurred_at,
     record_set_aside_closed.recorded_at,
     record_set_aside_closed."position",
     NULL::bytea AS bytea
    FROM records_v1.record_set_aside_closed
   WHERE ((record_set_aside_closed.patient_id = statement.patient) AND (record_set_aside_closed.recorded_at <= statement.known_at));
END;


ALTER FUNCTION records_v1.statement(patient uuid, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: timeline(uuid, timestamp with time zone); Type: FUNCTION; Schema: records_v1; Owner: kartoteka_owner
--

CREATE FUNCTION records_v1.timeline(patient uuid, known_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone) RETURNS TABLE(kind text, entry_id uuid, medical_at timestamp with time zone, state text, content jsonb, lineage jsonb, sealed bytea[])
    LANGUAGE sql STABLE
    SET "TimeZone" TO 'UTC'
    BEGIN ATOMIC
 WITH told AS (
          SELECT s.kind,
             s.entry_id,
             min(s.occurred_at) AS first_said_at,
             json_agg(shown.* ORDER BY s.occurred_at DESC, s.event_id DESC, (s.publisher COLLATE "C") DESC) AS lineage,
             array_agg(s.sealed ORDER BY s.occurred_at DESC, s.event_id DESC, (s.publisher COLLATE "C") DESC) AS sealed
            FROM (records_v1.statement(timeline.patient, timeline.known_at) s(kind, event_type, entry_id, event_id, publisher, occurred_at, recorded_at, "position", sealed)
              CROSS JOIN LATERAL ( SELECT s.event_type,
                     s.event_id,
                     s.publisher,
                     s.occurred_at,
                     s.recorded_at,
                     s."position") shown)
           GROUP BY s.kind, s.entry_id
         )
  SELECT entry.kind,
     entry.entry_id,
     COALESCE(entry.medical_at, told.first_said_at) AS "coalesce",
     entry.state,
     ((entry.content)::jsonb - ARRAY['entry_id'::text, 'medical_at'::text, 'state'::text]),
     (told.lineage)::jsonb AS lineage,
     told.sealed
    FROM (records_v1.entry(timeline.patient, timeline.known_at) entry(kind, entry_id, medical_at, state, content)
      JOIN told USING (kind, entry_id))
   ORDER BY (records_v1.day_of(COALESCE(entry.medical_at, told.first_said_at))) DESC, entry.entry_id;
END;


ALTER FUNCTION records_v1.timeline(patient uuid, known_at timestamp with time zone) OWNER TO kartoteka_owner;

--
-- Name: record(text, uuid, text, text, text, text); Type: FUNCTION; Schema: viewing; Owner: kartoteka_owner
--

CREATE FUNCTION viewing.record(viewer text, subject uuid, kind text, purpose text, ground text, reason text) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'viewing'
    AS $$
    INSERT INTO viewing.viewing (role_name, viewer, subject, kind, purpose, ground, reason)
    VALUES (session_user, viewer, subject, kind, purpose, ground, reason)
    RETURNING id;
$$;


ALTER FUNCTION viewing.record(viewer text, subject uuid, kind text, purpose text, ground text, reason text) OWNER TO kartoteka_owner;

--
-- Name: bookmark; Type: TABLE; Schema: kernel; Owner: kartoteka_owner
--

CREATE TABLE kernel.bookmark (
    reader text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint DEFAULT 0 NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL,
    epoch bigint DEFAULT 0 NOT NULL,
    owner text,
    lease_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    appended bigint DEFAULT 0 NOT NULL,
    repeated bigint DEFAULT 0 NOT NULL,
    quarantined bigint DEFAULT 0 NOT NULL,
    stopped_at timestamp with time zone,
    rate real DEFAULT 0 NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL,
    last_error text,
    last_error_at timestamp with time zone,
    role_name name DEFAULT CURRENT_USER NOT NULL
)
WITH (fillfactor='50', autovacuum_vacuum_threshold='500', autovacuum_vacuum_scale_factor='0');


ALTER TABLE kernel.bookmark OWNER TO kartoteka_owner;

--
-- Name: worker; Type: TABLE; Schema: kernel; Owner: kartoteka_owner
--

CREATE TABLE kernel.worker (
    reader text NOT NULL,
    owner text NOT NULL,
    seen_until timestamp with time zone NOT NULL,
    role_name name DEFAULT CURRENT_USER NOT NULL
);


ALTER TABLE kernel.worker OWNER TO kartoteka_owner;

--
-- Name: kartoteka_version; Type: TABLE; Schema: public; Owner: kartoteka_owner
--

CREATE TABLE public.kartoteka_version (
    version_num character varying(32) NOT NULL
);


ALTER TABLE public.kartoteka_version OWNER TO kartoteka_owner;

--
-- Name: active_version; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.active_version (
    projection text NOT NULL,
    version text NOT NULL
);


ALTER TABLE records.active_version OWNER TO kartoteka_owner;

--
-- Name: breaker; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.breaker (
    topic text NOT NULL,
    partition integer NOT NULL,
    publisher text NOT NULL,
    seen bigint NOT NULL,
    bad bigint[] NOT NULL
);


ALTER TABLE records.breaker OWNER TO kartoteka_owner;

--
-- Name: event; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.event (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigint NOT NULL
)
WITH (autovacuum_vacuum_insert_scale_factor='0.2', autovacuum_analyze_scale_factor='0.05');
ALTER TABLE ONLY records.event ALTER COLUMN state SET STORAGE EXTERNAL;


ALTER TABLE records.event OWNER TO kartoteka_owner;

--
-- Name: gap; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.gap (
    set_aside text NOT NULL,
    patient_id uuid NOT NULL,
    publisher text NOT NULL,
    reason text NOT NULL,
    since timestamp with time zone NOT NULL
);


ALTER TABLE records.gap OWNER TO kartoteka_owner;

--
-- Name: gap_closing; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.gap_closing (
    set_aside text NOT NULL,
    closed_at timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE records.gap_closing OWNER TO kartoteka_owner;

--
-- Name: gap_open; Type: VIEW; Schema: records; Owner: kartoteka_owner
--

CREATE VIEW records.gap_open AS
 SELECT set_aside,
    patient_id,
    publisher,
    reason,
    since
   FROM records.gap g
  WHERE (NOT (EXISTS ( SELECT
           FROM records.gap_closing c
          WHERE (c.set_aside = g.set_aside))));


ALTER VIEW records.gap_open OWNER TO kartoteka_owner;

--
-- Name: inbox; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.inbox (
    publisher text NOT NULL,
    event_id uuid NOT NULL,
    digest bytea NOT NULL,
    "position" bigint NOT NULL
)
WITH (autovacuum_vacuum_insert_scale_factor='0.2');


ALTER TABLE records.inbox OWNER TO kartoteka_owner;

--
-- Name: person; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.person (
    digest bytea NOT NULL,
    patient_id uuid NOT NULL,
    account_id text,
    born_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT person_digest_check CHECK ((length(digest) = 32))
);


ALTER TABLE records.person OWNER TO kartoteka_owner;

--
-- Name: quarantine_closing; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.quarantine_closing (
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    how text NOT NULL,
    reason text,
    closed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT quarantine_closing_how_check CHECK ((how = ANY (ARRAY['appended'::text, 'repeated'::text, 'discarded'::text])))
);


ALTER TABLE records.quarantine_closing OWNER TO kartoteka_owner;

--
-- Name: quarantine_retry; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.quarantine_retry (
    id bigint NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    retried_at timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE records.quarantine_retry OWNER TO kartoteka_owner;

--
-- Name: quarantined; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.quarantined (
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    publisher text,
    reason text NOT NULL,
    detail text NOT NULL,
    digest bytea,
    bytes integer NOT NULL,
    published_at timestamp with time zone NOT NULL,
    quarantined_at timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE records.quarantined OWNER TO kartoteka_owner;

--
-- Name: quarantine_open; Type: VIEW; Schema: records; Owner: kartoteka_owner
--

CREATE VIEW records.quarantine_open AS
 SELECT q.topic,
    q.partition,
    q.record_offset,
    COALESCE(q.publisher, 'unknown'::text) AS publisher,
    COALESCE(r.reason, q.reason) AS reason,
    COALESCE(r.detail, q.detail) AS detail,
    q.digest,
    q.published_at,
    q.quarantined_at
   FROM (records.quarantined q
     LEFT JOIN LATERAL ( SELECT r_1.reason,
            r_1.detail
           FROM records.quarantine_retry r_1
          WHERE ((r_1.topic = q.topic) AND (r_1.partition = q.partition) AND (r_1.record_offset = q.record_offset))
          ORDER BY r_1.id DESC
         LIMIT 1) r ON (true))
  WHERE (NOT (EXISTS ( SELECT
           FROM records.quarantine_closing c
          WHERE ((c.topic = q.topic) AND (c.partition = q.partition) AND (c.record_offset = q.record_offset)))));


ALTER VIEW records.quarantine_open OWNER TO kartoteka_owner;

--
-- Name: quarantine_retry_id_seq; Type: SEQUENCE; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE records.quarantine_retry ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME records.quarantine_retry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: quarantined_bytes; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.quarantined_bytes (
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    sealed bytea NOT NULL
);


ALTER TABLE records.quarantined_bytes OWNER TO kartoteka_owner;

--
-- Name: relay_sent; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.relay_sent (
    partition integer NOT NULL,
    "position" bigint NOT NULL
)
WITH (fillfactor='50');


ALTER TABLE records.relay_sent OWNER TO kartoteka_owner;

--
-- Name: seal; Type: TABLE; Schema: records; Owner: kartoteka_owner
--

CREATE TABLE records.seal (
    last_position bigint NOT NULL,
    first_position bigint NOT NULL,
    events integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT seal_check CHECK ((events = ((last_position - first_position) + 1))),
    CONSTRAINT seal_hash_check CHECK ((length(hash) = 32))
);


ALTER TABLE records.seal OWNER TO kartoteka_owner;

--
-- Name: viewing; Type: TABLE; Schema: viewing; Owner: kartoteka_owner
--

CREATE TABLE viewing.viewing (
    id bigint NOT NULL,
    viewed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    role_name name NOT NULL,
    viewer text NOT NULL,
    subject uuid,
    kind text NOT NULL,
    purpose text NOT NULL,
    ground text NOT NULL,
    reason text
);


ALTER TABLE viewing.viewing OWNER TO kartoteka_owner;

--
-- Name: viewing_id_seq; Type: SEQUENCE; Schema: viewing; Owner: kartoteka_owner
--

ALTER TABLE viewing.viewing ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME viewing.viewing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Data for Name: bookmark; Type: TABLE DATA; Schema: kernel; Owner: kartoteka_owner
--

COPY kernel.bookmark (reader, topic, partition, next_offset, "position", epoch, owner, lease_until, appended, repeated, quarantined, stopped_at, rate, moved_at, last_error, last_error_at, role_name) FROM stdin;
records.ingest	nfz.events.v1	0	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	registry.events.v1	0	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	zus.events.v1	0	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	registry.events.v1	1	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	zus.events.v1	1	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	registry.events.v1	2	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	zus.events.v1	2	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	registry.events.v1	3	2	0	1	\N	-infinity	2	0	0	\N	1.4803356	2026-11-21 17:38:10.566957+00	\N	\N	records_ingest
records.ingest	zus.events.v1	3	2	0	1	\N	-infinity	0	0	2	\N	1.4802315	2026-11-21 17:38:10.566976+00	\N	\N	records_ingest
records.ingest	registry.events.v1	4	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	zus.events.v1	4	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	registry.events.v1	5	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	zus.events.v1	5	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	registry.events.v1	6	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	zus.events.v1	6	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	registry.events.v1	7	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	zus.events.v1	7	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	clinic.events.v1	0	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	patient.events.v1	0	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	clinic.events.v1	1	1	0	1	\N	-infinity	0	0	1	\N	0.7404665	2026-11-21 17:38:10.566857+00	\N	\N	records_ingest
records.ingest	patient.events.v1	1	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	clinic.events.v1	2	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	patient.events.v1	2	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	clinic.events.v1	3	42	0	1	\N	-infinity	23	6	13	\N	31.09303	2026-11-21 17:38:10.566905+00	\N	\N	records_ingest
records.ingest	nfz.events.v1	3	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	patient.events.v1	3	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	clinic.events.v1	4	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	nfz.events.v1	4	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	clinic.events.v1	5	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	nfz.events.v1	5	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	clinic.events.v1	6	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	nfz.events.v1	6	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	clinic.events.v1	7	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	nfz.events.v1	7	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.relay	ledger.patient-record.v1	-1	1	35	1	\N	-infinity	0	0	0	\N	0.862437	2026-11-21 17:38:10.61253+00	\N	\N	records_relay
records.projection.records_v1	ledger.patient-record.v1	0	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:11.396514+00	\N	\N	records_projection
records.projection.records_v1	ledger.patient-record.v1	1	11	24	1	\N	-infinity	0	0	0	\N	4.7523484	2026-11-21 17:38:11.859453+00	\N	\N	records_projection
records.projection.records_v1	ledger.patient-record.v1	2	24	35	1	\N	-infinity	0	0	0	\N	10.367708	2026-11-21 17:38:11.859491+00	\N	\N	records_projection
records.ingest	nfz.events.v1	1	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	nfz.events.v1	2	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	patient.events.v1	4	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	patient.events.v1	5	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	patient.events.v1	6	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.ingest	patient.events.v1	7	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:10.296747+00	\N	\N	records_ingest
records.projection.records_v1	ledger.patient-record.v1	3	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:11.396514+00	\N	\N	records_projection
records.projection.records_v1	ledger.patient-record.v1	4	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:11.396514+00	\N	\N	records_projection
records.projection.records_v1	ledger.patient-record.v1	5	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:11.396514+00	\N	\N	records_projection
records.projection.records_v1	ledger.patient-record.v1	6	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:11.396514+00	\N	\N	records_projection
records.projection.records_v1	ledger.patient-record.v1	7	0	0	1	\N	-infinity	0	0	0	\N	0	2026-11-21 17:38:11.396514+00	\N	\N	records_projection
\.


--
-- Data for Name: worker; Type: TABLE DATA; Schema: kernel; Owner: kartoteka_owner
--

COPY kernel.worker (reader, owner, seen_until, role_name) FROM stdin;
\.


--
-- Data for Name: kartoteka_version; Type: TABLE DATA; Schema: public; Owner: kartoteka_owner
--

COPY public.kartoteka_version (version_num) FROM stdin;
0001
\.


--
-- Data for Name: active_version; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.active_version (projection, version) FROM stdin;
records	records_v1
\.


--
-- Data for Name: breaker; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.breaker (topic, partition, publisher, seen, bad) FROM stdin;
clinic.events.v1	3		38	{1,3,5,7,8,10,16,26,28,29,30,36}
clinic.events.v1	3	broken_text	1	{1}
clinic.events.v1	3	clock	1	{1}
clinic.events.v1	3	key_mismatch	1	{1}
clinic.events.v1	3	nothing	2	{1,2}
clinic.events.v1	3	shape	1	{1}
clinic.events.v1	3	trailing_bytes	1	{1}
clinic.events.v1	3	unknown_schema	2	{1,2}
clinic.events.v1	3	unreadable	1	{1}
clinic.events.v1	1		1	{1}
clinic.events.v1	1	no key	1	{1}
zus.events.v1	3		2	{1,2}
zus.events.v1	3	wrong_topic	2	{1,2}
\.


--
-- Data for Name: event; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.event (originator_id, originator_version, topic, state, notification_id) FROM stdin;
362c67ab-231b-438e-951a-a3758ca851a7	1	PrescriptionDispensed	\\x2acdfcdc1a832ad1f32758a19c5e626838f559f8ebf5fcaeafc5c31b9b812081000660ccd30b2741000660ccd2bbd540000000000e20596c3c2e35b14f3d96e9289154ccc5ea20706861726d6163792d31303030303030daf3d5b1eadb970620913e5d3b476e8d7d9eaed37720d2676d20913e5d3b476e8d7d9eaed37720d2676d20b96336181d3489b482fc13cd28834b0f02020e3130303030303004504ce09ea9a3eadb97069a02010000000fd9618556e4024b782f5e7018ba80ebf3d85bbb7dfc3bd0f6c06674919e71e545507389b256d6437c2aafe891b1fd033e47903c7c303bc4d84e37cdd6bb4c0202a8d734aa299f9d01fcdac6390ae84e968f158bcf0f58ef3086f564285e6449253fd0d6e60213abe88ca89a640c41250ec92d1eba06326d2a781adb5ef36464d1946295ffab605883	1
362c67ab-231b-438e-951a-a3758ca851a7	2	PrescriptionIssued	\\xfe124c43eb91a6ddb1b14f35ea1d8d728587b89aaaf2416172439a42e4920b40000660ccd30b2741000660ccd2bbd540000000001120ac91cb940ec14ac1a8540060475ce74e26636c696e69632d303030303030303130303033ec9ef9accec5980620eb303260689f8416bf5661f6b7ba74e120eb303260689f8416bf5661f6b7ba74e11270687973696369616e18303030303030303130303033f09a999ecec59806f0c00201020200020200ee030100000012fc051b1ba6f3baa3b3d368065ceaff5985d5594e69165fde834b32813b6f98bb82a9c9a026812946d03c06aed7ea0870498acd91669a877148526e9424ec1c01965c987735f74d8b140dc19316a9571db7464d133d8bb02b68b2f8569cc2be9f49255bd221cffdd64428925794ce95649512a78eb3870c34b39bdfb8846910db445333e06f043d3a7126baa817c6f2cce2e02c7c5013f8d7ffccbbb2f2da779b46c61c3e8d04ccdddeaef01c30df483f726a92d9f3eacfd0a5359adce47299b379aeaf13860c652c75d1c372db9cc76bdcacf888707edb3508fd9152bdc8ce485718dc8dc15caa61e284c343df238991a40b	2
362c67ab-231b-438e-951a-a3758ca851a7	3	PrescriptionDispensed	\\x819822987a9100dd0bdb62ab7917d7a9a86c5a8dcb23545928e33b2c2c066014000660ccd30b2741000660ccd2bbd540000000000e2014fb7e7553c444e4a53f4abe39fafe6520706861726d6163792d31303030303231a4dbc58adbca980620eb303260689f8416bf5661f6b7ba74e120eb303260689f8416bf5661f6b7ba74e120386d5ecca74d8c9fb92e8fa86b9ea69e02020e3130303030323104504cd884dfdfdaca98069a02010000000ff0819cf8426133459958dd26ee754a3c0f28d3be5d91a1f2a752454a161936284f54afd5538bcb690a97b2737ddfe764750c6fd355f0087f3e28188063f9f83db265c7d70f6d9c4116e35c2dfc3fff2938781c0fed4cbd5cbd4794a380d0068ded186a372ed0a68e08805a4203ec836ef620cbae0aa78e31472926a1a40ec00babbf6a12159a93bf	3
50378dac-c433-4483-ac53-a83416ff9afb	1	PrescriptionIssued	\\xb9c71381ad310af819303897a06d22d78e3dce54fd64f75ca2e802493100bba3000660ccd30b2741000660ccd2bbd54000000000112082b316c3da6c51eeac864e9bda1b50301e636c696e69632d636f6e666c69637480c0f8daa6fda50620b4c18b5e006e87508d7176e32dcae44620b4c18b5e006e87508d7176e32dcae4461270687973696369616e1830303030303030303031323380c0f8daa6fda50680c1020102020002060096020100000012041c52ee26e3ebd75150c3e2f9ddf4f8edb837354114f66d3f8bdb0f6b5dcc768c16dc1b39e04e1c58828e1326f867c81459df6b502d8a4e1405b02d62af2e8f0492a3451b1b1787128be564ebf38dfc30698fc3800e5f0314afe33665cab03a998a6b4e847a055d938f8f874180b275471d15e7cefd1c0b3f7381e3ac9277febb9e2e345807	4
50378dac-c433-4483-ac53-a83416ff9afb	2	PrescriptionDispensed	\\x00eb0f9306d4d90743a74d3cb02bcc930c26c1a6452a85ff42007044dbc91b66000660ccd30b2741000660ccd2bbd540000000000e20fa84c122708f414ab8a0752266b7b82020706861726d6163792d31303030303134b098c7efa397980620f0c7e234758f8350a05577d85e43e60b20f0c7e234758f8350a05577d85e43e60b200a7af2b14c6a8c4aae4560dc3d52b6bf06020e3130303030313404504cf2e0febda39798069a02010000000f0415cde0ffca34ef0d092f00f864b6e40e4fe25166b0cabbda66fdfd76913a612cb00bb6c6b01adfa5e925db9d764cdcf75e28a893ce4c031974d83a026bb7510aaac57b8eabf3f152e611fcfbb89b5bbb984a5ee16b48855c0bba325de7b16526ae7b5386b29cb39411235d8269b4704b14af67b1b888d9a17eaad548de1eef83fb861b50432c24	5
50378dac-c433-4483-ac53-a83416ff9afb	3	PrescriptionIssued	\\xe663100792f51cfdc7eab83069d8b5e4f1603fb4d239caf15c6fba8e1e364a97000660ccd30b2741000660ccd2bbd54000000000112028ca7f2bab0045ef95718f08f570ae5f26636c696e69632d303030303030303130303033d28ef8b3ee8e9806204fe7c1b8a6ac82c1bbc101a686c48724204fe7c1b8a6ac82c1bbc101a686c487241270687973696369616e183030303030303031303030339cc3dda2ee8e9806dac002010202000204009e03010000001268cd37b5cc9a9c8e3dfbd6a06fbb5de0d435a50fa7f554714160c3ccded2fcc569f9ccdfc6906f19491d871d333ccbbc8ecc6ac17fbdd6cb8bc08751fea3234aede598ddcce6a6d798c8f6c84f16859a44d56f293db7e09b098dd5d21d6df27da25ed20ceb62ca7fcf9a59655e4f0576c90f6c8a611652b5181ecead296bf9811a983d715bf02bb7c82d929706785f481cfefe42004f39f288a493213e236a183ebda96a5d365f54d6b4cb882cff317f2e9576a969460ae4a79dacf326679c214fad0d8f22b3f0dde841	6
362c67ab-231b-438e-951a-a3758ca851a7	4	PrescriptionIssued	\\x2256857ef20674a201b32f892bc7b0ce37dc7bde79a174eebafe401f007d0ffb000660ccd30b2741000660ccd2bbd54000000000112094d8f67404e447aa9d2411700d1916d726636c696e69632d303030303030303130303033d8ddfeee98ce98062064c13808b53b8e57b3d597f84cee680a2064c13808b53b8e57b3d597f84cee680a1270687973696369616e18303030303030303130303033c0ddf3db98ce9806d6bb020006020406000602020200ea070100000012404aa64dd447211cbaceda18d6b55d2234779d710c57d463eef0e3db3b1e847c896960fe8a57a9501d7b238af5dfcdb35845e25fba32e1aba6ed1ac7d39e024c2fed65345c8cc9fcb2497bd06df3656553633c2cd77b1915397b794f9c146f269a025bfcf88e6a6b6506a03b59d6025cad3d86aeb4f922e69487efb61603bdad9809603265e776c89808fad532955d3a3a463f52cdef045b545781b55c469a61ad54edb447454005a114872c1be9d25f6d8964afa14d96cf0fa89ed43b5147b1dc3c50004f4dac5f9809ecb4dd5e15fd828a0a3cd2c7a6f1d1af1e37ec1968fd729aadd68e5c03f1cd68eee8c29f0425994a92051821cd52884ea2d64f607cfe40dc6ce8a5d2dcc977c3a176e3292577c3718d41c741682e4d44f0422a528a1f6cc3ec9ad5f75f6b4c9ee53e5a7aa56e069f18219cb1f29983db14dfb06fd81b8e370b1f7a857308fe8b1258a9339e1a8895ee017605f00c29ab794d391b57e05657a52f00b8d1f03a3cb7998f845ad58061eb9f2f8d662a2884ff059b3aed25d6f88572a385d6975cdb17b922edb2330bae12618abeab5b8f01a2ddd7b4c94b62708ef2d7452892532b9b6db47120f07200ec4c77dff92348d960c8061d84d77a6cf1de0b79dfbd7c3da800de55f114bf82ad5b438513ab8921a550527ee9d00332dc4ee5db62e8ceda27905b6600d1	7
50378dac-c433-4483-ac53-a83416ff9afb	4	PrescriptionIssued	\\xa579940916f19b8f7530a99b01acf89e5ed52d9846211325d48cf479a073039f000660ccd30b2741000660ccd2bbd5400000000011209186e96c37cf47459c1bfcc0e01fe6b726636c696e69632d303030303030303130303033b0baf2b49992980620f0c7e234758f8350a05577d85e43e60b20f0c7e234758f8350a05577d85e43e60b1270687973696369616e18303030303030303130303033ecabd7a899929806bebb0200080204060800080202020400880a0100000012e4b2b7ba5f67f18fc556d883687434cec0231b1ebbd8c07ddd056208f251bec94fe3915d88fa0f776c0fb1cb4e3186348fee01ae0e51efc081dab8a19c81a12468f3cba6370a1c351a8ecd8e9e94fe6f716267d35f1b831788906132df089341cd8de92b3a5512e0f80bb8d1ac94d1ce633b8ed3c18418aa2307b16341050c2a17ad11e234b680f99f96c72c68f97f8d8ce3943d117a9481bf0be21cd0f6a1d4e96a81a5e1bcdf6ec2deac2a3c286c2d9bcf1aca1d75fb7a4e35f520c8678fc0da1052af135c679eb623b63c16e47f6b4f1da0875085d400c10a5310f5e21aad5bdd4da61aee7cdf76403cd4d17bfe1a5e6446f1c95f219c5120c7aecc2bf1d900dcea2bf8801c5b262ca10ed15c01896b431534fb7da45c656abf4f691f900e0318a627e4f9a3b4f759e4d11d26d16b86edf6a922b4a09369bfdb91dc6742e8f539b16c4a6294f857c361e15b518bc12997b8d4947400068e917ac3a5c0bd6f5a380ab20726f65dfa193dab80951e5fe9314b52beeef2cf25050638cf397b9160bd2f55fc9ef7f07aa98db5bc61713148d6f5f6fa7b59aea35853f8179fd7aad8590bc1beb0efa60b00f8484b2d17a9bb2661970bd5f8e4c231d7703c5ee47c7518e328a63cc30d4e8370647495439f257ec80f88ecddfa4548aafb2db6b28625f9b762131483d7165c32f9cef0a02411521870020d66331128d03f7177764479d4f1dab91829861cc381850e1a41955415787a996b716461dbfc51ba879e46f1a4efda5e1712115e940aef1d7768cf58120dbba7b63d9dcc2517691ff799870bda064995af1756581d1b75fbc4e594765e03878b267544439f9cfb674fcc4b61da27739a0dd6964b4cb32478131f5276411758fff14a245b3cbd46a60ed8	8
50378dac-c433-4483-ac53-a83416ff9afb	5	PrescriptionDispensed	\\x967ef228ffa28f2b6b1ec47ff2dfc971cacb27c35298344e269d88df5ab1659f000660ccd30b2741000660ccd2bbd540000000000e20d1da0d968cf9417e86359acc996b5b2c20706861726d6163792d31303030303134aca1bfaaddee970620a36b8cb2da9e8815a8802973d417e34120a36b8cb2da9e8815a8802973d417e34120416ea4a45dfa8d3595a67c5bc3a64be802020e3130303030313404504cc8d787a0ddee97069a02010000000f2ef25ec099b58689677ce0acf97ac953ff8bf9d60f0aadac7f84b1837e082b701fa806516beefdee75a5872e7cfa1cdec65c0e86d675ab4a918cb54cfeb9f9203485830d16963822ec5b627d6679f28a0e16f3c71e438cb90e48ac4122f72ebca3cc37643730a37b39bee78bb09f6dff33d4964b43b5b743bed26923500ac2d8677d6b923bd84310	9
50378dac-c433-4483-ac53-a83416ff9afb	6	PrescriptionIssued	\\x4cdfb0af0bea65d68217be1dc97b94ce12c22c028f6ac4e8ef1cea8274ef5734000660ccd30b2741000660ccd2bbd540000000001120513625a20e1841198832edf37a01003e26636c696e69632d303030303030303130303033f8cdbdd9a7ef97062086e1ecf228b38eca889dc517a33a0b8d2086e1ecf228b38eca889dc517a33a0b8d1270687973696369616e18303030303030303130303033bc8786d8a7ef9706b0bb02000402040004020200e2050100000012c20d377b45b84837054b63adf56445c5f42d6c6b39dd0f4fd9724d99dc2080379f3422c4bd8906875ebd1d61b82a289a1c7f7a44b31a6dd115e2696a4dd361d2ee19d1554bb7c09d8cb14c459ce03ba6d75b7840aea7dc180776fcc27d2953e2edbd6c8e843353b31020aa373f4766c8d47b669b94481bee6c50917a424452d1ca8c21e2c44d8105239d2bc58732ab60690e0291cbebf83038e4dfc8d9d5d101cb3372e4635579d44fdaa81bd9bfd16aa096aa9746e8362d17edf91a5684b8bbf27961288914400ca76e76c0e32a90ad5fb1baf85dfa78201b41dc1d7fc9ad45682322726a4a4aa296f7b0192e9127a2a5cf28d61fa733e3473e19c862a45102202c7ca8d919347f02466e5c0bd84fae8a8514c7a29591bacd8fc70f2308e56f0653da02dbf74cd7dee238b2c4e64a28b134042a02be8b495dcb9b59e94890ad5a521f06bbec1621f9aa9406115583fb41a5a7b1887b772a568725f213cf053b2abb0d70a8cbe56270ffee1f	10
50378dac-c433-4483-ac53-a83416ff9afb	7	PrescriptionDispensed	\\x37898d15322a8d94dcc097c51e4dff5942374ab0b32363c4654af9b5264557fc000660ccd30b2741000660ccd2bbd540000000000e206c63dd42d06340e08da1553e767bd07820706861726d6163792d31303030303134aecf99e7a397980620f0c7e234758f8350a05577d85e43e60b20f0c7e234758f8350a05577d85e43e60b201d8c828b193a87e6ab6e24ade0eb59f304020e3130303030313404504cf2e0febda39798069a02010000000f1010be5a03d8b04b12869c749c2c1881b606771835f977b0cec60993ff560e77c214e08111df25e9ba74a94c5bbc9c4efcd34a2cf548304772e7b0c82e46b4fef4988ee4e97dc0e68b7ba9d749808aecbd64987bca06d4d7db74d8d43549231519986178b1b96369f62f6d006b59de5ea0f3e3e5db1d43eccf4e4d77d3b5e2fa2c56a05906dade99	11
50378dac-c433-4483-ac53-a83416ff9afb	8	PrescriptionIssued	\\xdb4f1ce810ce7d686fb2f37733b77c7de75a4dea629ccaac167fd3f38dabf28b000660ccd30b2741000660ccd2bbd540000000001120e254a0f404f94bf09085fa628dd3e66a26636c696e69632d303030303030303130303036b2c9fdbe94a39806205f2fb52e664d8f6a8480086b6886d002205f2fb52e664d8f6a8480086b6886d0021270687973696369616e18303030303030303130303036def0a6ae94a39806c4bb0200020200020400ae0301000000129f1004186bab1b37b790fb5ee0cbca60a4a8f49ea9fa931b6d93b52a0c0d69fb82e4d147978626bc9599b6f6012614af042b7ca5ef13ab8552d8b04a948d0658b6f886781b4328549c26211ee54f35fb0c09da5f2b78a18cb56f2da0a4315b8da094dfca2841986a1792b30d56e063d864348f1725e59e05f04fe9bfbdfc03f1e178a5f85b13e99fdc159329c8c6b15a916b84141385a8dfdd379133d495424263a0c51ca28a83217f7f210f03213a54d7367ed696921c725607be9e5b2d75ba3a29dbd15a6fe6b746c0c87f2b73c938290c	12
50378dac-c433-4483-ac53-a83416ff9afb	9	PrescriptionDispensed	\\xe46eb9cedce29c1ef3638e3da43330f9f638b79937593e99fa0ab6a294940f3f000660ccd30b2741000660ccd2bbd540000000000e20e9552ad9bd204ba182de32e9b434868a20706861726d6163792d31303030303134d0a3f8f1a397980620f0c7e234758f8350a05577d85e43e60b20f0c7e234758f8350a05577d85e43e60b20f84fbdd6672488b6a6c361ff50a1575a02020e3130303030313404504cf2e0febda39798069a02010000000f300b7cbf7538f02b65d187803beb632e929675df4159cb5757eb69dcc47f6dac34cc91bbd3d29568023547e505550b70c3c5a460dde9925d823a61efc07adb195361fc6804df6a490c55227f74dc6bfaccd5d4858f5d030de5d1e18f8d36a1ac06158e612800efef2d6b7f703cd62f70ab33d7e2c5c2832a023bf22e2fd6335328ca446fe678e41b	13
362c67ab-231b-438e-951a-a3758ca851a7	5	PrescriptionIssued	\\x27724753e19f52efe57188f739b8f6108a7ce3b6a81b4a16771989bed345c53d000660ccd30b2741000660ccd2bc2b30000000001120e40a84f2ef4046f88ff8bedc0cddcbe026636c696e69632d303030303030303130303033e897b0ccb7ec980620ddc99e190d018075a8d2beeaaa1ae8d220ddc99e190d018075a8d2beeaaa1ae8d21270687973696369616e18303030303030303130303033f0c887c6b7ec9806e2bb0200020200020200ce0301000000126b194796393395947df94838e12a3c6d0b02f04a0b7c93586678d469e07236e3a85c1600bef25950092f327554d603f8ed54f15a2104d8743f496d896227c8dbea1ea74c79b112463a4d8319917227d6b3d3605f680783419c31f19bc2b0a677e9778f360e59a24ab1df3a22f38392486999901f1b31b9938e109d331afb5f7969e026951d064644f347a5e15e0a0405e04cc5320239c6202064314d29cc630777b8e52d36c9457f9ce54d7b26086e8bfb0d550ae77f5d1bc6b29bcea11bf1fe4407dfbf3efdd19d4768ca8baa18bbc65cd91198328d01c35e40ec38e1ede7ecdcb3	14
50378dac-c433-4483-ac53-a83416ff9afb	10	PrescriptionIssued	\\x43c0b3c3e3e9d0f089eb66d1b49fb5dd5c8dfa4e932fde4d97b001ff78e0ec46000660ccd30b2741000660ccd2bc2b30000000001120b40608c9dcf642e4bd925b7e29189ae126636c696e69632d303030303030303130303033a8fce7c0c7e9970620a36b8cb2da9e8815a8802973d417e34120a36b8cb2da9e8815a8802973d417e3411270687973696369616e18303030303030303130303033f2c08bb4c7e99706ccc00201020200020200d40301000000121480b9d45041091c734fc26118173f1d4f25f2c0cfb9a3cf93efeb3ad214d4d292d8bc252c1e90492473cc6f304e5a18dd5fdf87c23952755943842678adba3a8972b10af2e20a0534f4504427a68626978e98b2db618fb175e616abf6cc26d6d75b82dbcc5f3d01ac4bc612b5a075d9d475f7c1c04f4c6d71d8a817495a16dfb6d0210009645b45389dd8c0bf395397c1d62f3bd5f1f4516e61ebc402a60afae21ffa7373f4aa0e6a7f0b60a271f5a6138c54621efd75cf29f0074d294bc5de3bdc7fbd285696b387afac397ee6ec1a6157e9d30776660f51faad7b17aef74403f92e2554	15
362c67ab-231b-438e-951a-a3758ca851a7	6	PrescriptionIssued	\\x1b9b65a0ef896d6d57e18ff950546597954b59fa4525e98cabbb6c85123fc3eb000660ccd30b2741000660ccd2bc2b3000000000112054e20cb22db24aee880d87bf6e3070be26636c696e69632d303030303030303130303033c0d59580ebcf9806204697297838618e699c10480afeb2c3db204697297838618e699c10480afeb2c3db1270687973696369616e18303030303030303130303033c4f3b4faeacf9806d6bb0200020200020200b2040100000012f260ab660e2b49a863f00aac32fee28dcfcdc0efee35a90be5b558dd59e50c943cfb84eb2c38cbca01ee80464a4fbfcfae1ff518e4757f69a8e3600c612a1df4cac0ce37dff861e511fa9be0a5654c8ab5c34546a538955ab51146f91eb54058684ef126246880387d70ece1da81cffd433368c3c6019ec44ba1c18de354bfac57ec5836f48c64d8a7f35e95b62b344929169ef425733905114e88d13ccea312d0d79d7ee73cf64c6463ccdf83b97612dba0227655917d0c0dc3e1725c9f2b2472da7c0ff969b27cfb398c10a9ac2883c9dbfff2be4369be9969018e12975b87b0772dd10c13bfbf1db50d3f7fc69b76bc9404e36902f255887adc9a0dca1ecc271b51af1c300f2fbd58e51234290d93014ac1c3	16
362c67ab-231b-438e-951a-a3758ca851a7	7	PrescriptionDispensed	\\x82480a806f3e2763919a242bd7787738a458539c57349a8267eac442fc4515d1000660ccd30b2741000660ccd2bc2b30000000000e201f6541a1b7d8417ca57b2809410e66d120706861726d6163792d31303030303231f083ddb4d3d398062064c13808b53b8e57b3d597f84cee680a2064c13808b53b8e57b3d597f84cee680a205089ced965238993845ba4fc7aa8228702020e3130303030323104504ce4fee982d3d398069a02010000000f53eb06594fa73b1979db5610680cac57543e9f223795d9d8229b0ffc3a2f808ed74287ac42f2d7caedfd9fd8a60704c1d7740b35ea2406c49cb3a7598d693e1bb6dc382b3f71d5fcc149bc8c33f8a87dba4c6196a4667c720f9d9a2c056b9e8d78c79291b96cc6e97af332116c7539ee44415a53f61aae005c72a1bb532c649396c30a2886bc4837	17
50378dac-c433-4483-ac53-a83416ff9afb	11	PrescriptionDispensed	\\x9a57c572586f5f907953844a99441afa540029cb417c2a1767e4fcfe6b61e4cb000660ccd30b2741000660ccd2bc2b30000000000e20f23444c4cad14b19a860ed46a847539a20706861726d6163792d31303030303030dad5a3e4d1ef97062086e1ecf228b38eca889dc517a33a0b8d2086e1ecf228b38eca889dc517a33a0b8d20f15310aca28786158cb1fc0f70003fa702020e3130303030303004504ceefbc0afd1ef97069a02010000000f9ad7ff8b39b58d2e5f07602596b62322356423323264f8a088fe48ee49cc5d506e7ec086fbed5ccd94a96ad8d6edb2c753c632c98d36204269913ff6c53f91912e1e1a61947cad4f4f1de60f1ba2f3e82f1dec68e36bf1b93a97dabe92509ca8ac559ebb07e723b2df4e67a183319c496b0f6bcf2501c4c13704311e419d95864d6d85e9ff70f3fa	18
362c67ab-231b-438e-951a-a3758ca851a7	8	PrescriptionDispensed	\\xa1eb86c7de5313a09461f7ab14da00572b64acb2c8560c7895cb35c302743751000660ccd30b2741000660ccd2bc2b30000000000e20279782714a744fc59d009191c99a720920706861726d6163792d31303030303231e6f59c95d3d398062064c13808b53b8e57b3d597f84cee680a2064c13808b53b8e57b3d597f84cee680a2041225a17363c8980b7c2e15ff66926c006020e3130303030323104504ce4fee982d3d398069a02010000000ffd667686ca980de895f6714b36243ed882f3d64d8634210513a00d4917d3bc9d21cb2b56c857d7199535e6a10a63db0313d74092fe2521fcf4f406c96879b967b148808913ff5a59e1007da588ffaf5bfc125fe842798779f26686950a43792a2a22e7c739111f45b552b01e1416c2656dd2651cac58f75c6f2a83ebdcfdf943eca1509f552f3acc	19
50378dac-c433-4483-ac53-a83416ff9afb	12	PrescriptionDispensed	\\x563dc0893236f38a7ca472cd8e264f92ffe2914ee8765ecfb4c4327cf8098c9a000660ccd30b2741000660ccd2bc2b30000000000e20229731663e8640818021c99eb4a12ee720706861726d6163792d31303030303030f8eebfeac1a39806205f2fb52e664d8f6a8480086b6886d002205f2fb52e664d8f6a8480086b6886d00220b3a774e1e5638d5f92594e410411f09c02020e3130303030303004504cfc98eab9c1a398069a02010000000fc8eb3ce37dafe9415c1bade47e3dcc4d392bcf81ef4bba7f0b517540c828a20dd7df245e7c694a197281cf2e0f1b04884678b70080c8fe340c76233436da3584dcad5d7d3cb58cf06ec6083b5e22be9cd3e548ec537b45b22a42358a3587cc6b76f45da760febc1f0bc04f5b768db4be1a5dddf5ab409635759377984e33bbc53ef093f75e769767	20
50378dac-c433-4483-ac53-a83416ff9afb	13	PrescriptionDispensed	\\x6c9218388a9545f761e8158001c2044dc8beecdf88f500f08f5c79766d5ef9c2000660ccd30b2741000660ccd2bc2b30000000000e20c5e333b551864095ba0e84dc84b4fca320706861726d6163792d3130303030313496ccf4cba397980620f0c7e234758f8350a05577d85e43e60b20f0c7e234758f8350a05577d85e43e60b20aa31629dd7fe8d23a49cf93ef07775d208040e3130303030313404504cf2e0febda39798069a02010000000f3a72363ee2ffaf73640c4921a1d5518ee6aff1ca108f1811b1501a433c0eeb806185f4db5b3ea170afb3b57c5fcb0e4a3fb9fd81642869d9ef8294466aafbe10fe681484cd0128608a75d95542199f02dcb2c24facfdbd13bf9a7a0d4a439636f7ab6be57b4552aba2599b208ac69aaeaeb657090d3cc30f5a26800ccfb2d9a67836bb576512bc22	21
362c67ab-231b-438e-951a-a3758ca851a7	9	PrescriptionDispensed	\\x7b3cb77d6b6c7ddd59dbc3a439a7979597a9ecd9e7e2430203b92cf04241ed6a000660ccd30b2741000660ccd2bc2b30000000000e20d5c91ba0399340fea7425b14eaaebd5020706861726d6163792d31303030303231e28db4add3d398062064c13808b53b8e57b3d597f84cee680a2064c13808b53b8e57b3d597f84cee680a20a98fdc23ddd689f49f5366e57d883a7104020e3130303030323104504ce4fee982d3d398069a02010000000f9d2a18c1e3531bf660d0ca45bae2935f8befe2a5ebaae924303e522b7d6a468be3befc64ae4c10cf2e0c2d6ecca58097c5767d231b74c5b9e8bd613d320e3a84cffb796e1cd6723ddc512b332627503e1f19388248bc1af1b978b2c1e12e7a32626d7fd8882aa47f471c1ffe10b352b9367b8b7003020e023851c66dd53d909a318777546a250732	22
362c67ab-231b-438e-951a-a3758ca851a7	10	PrescriptionIssued	\\x38afd354e92a8821a465bdcc1bae7c9944469505fcc48b95e1dc4110e3c19bc5000660ccd30b2741000660ccd2bc2b30000000001120bff1bf958fdb499abf3a50ff495b8b4926636c696e69632d303030303030303130303033c0aba3f5e3db970620913e5d3b476e8d7d9eaed37720d2676d20913e5d3b476e8d7d9eaed37720d2676d1270687973696369616e18303030303030303130303033a081b8e8e3db9706c6c00201020200020200ee030100000012e54945b1588efb91218dfdd9a0254010e3ddeaea400fa81290ab58e4293bef6cd7eb6472dbe64c892cc753b02cd04b607d1c9f1492b2bc703a91ab945e68bb74fe12912e9ff4bcba1858e24d503dd44956d63f3954eb77eb548bf030680a4592f83fff9f66bfc369728749a682ee902baa6e277e74a569b8f69552424806873b1441e4c8b23d209068533581a6af0f8287640dfcce718c6d7710eedf71a659aed652410a8c304b8bd200a8a60b52a6557190b75b7aea15f530ec81177fa55703975130f4badd793e5b475403cc95ac021e921221ae5f049311eb5c9b942d0879630087fc2ddfa5b09468dda888d9df6f16a3	23
362c67ab-231b-438e-951a-a3758ca851a7	11	PersonRegistered	\\xb526f60e89a84e1f1a1099244aac89ba1baf17d5776e77368b20f425bab5016c000660ccd30b2741000660ccd2bc4688000000000220b5bca93db2a54131a17b847d56856929107265676973747279d4b19fa1fbcf970620362c67ab231b438e951aa3758ca851a7ab8c01086d616c6540919ff44e0efbbf53348b1f6b23437da1e24049ead49fe25dd5e8a331c333d84700008e010100000003abf6413debc4dfd71748e69f9aaeded8dae6a1a7ae065bdba9af71de57c0503dc8b65239a2eae54c37ce5863e42da0301c123d99e9ea01cdffed64fb2e9f7bf81608	24
50378dac-c433-4483-ac53-a83416ff9afb	14	PersonRegistered	\\xa19d0e58e9478728ec8e9bbdc073af2a67b3beac05d21dade8f5ceed30c32498000660ccd30b2741000660ccd2bc4688000000000220a98581cd8e36488da1e671058ef586ac107265676973747279d086f4c8c0cf97062050378dacc4334483ac53a83416ff9afb916e0c66656d616c6540e55beb44a703ae014b6480868835b5491f2cb151969af848c7e19ee82a3b67eb0000880101000000030afe3d21bb5e2f7bd3feb9134f62f9c7aede79f8fb0257e05fd5a98349f7de2f2081015bc903dc445defd24b8fc3a570811e5f3e52d7a464e137324f6b93d8	25
50378dac-c433-4483-ac53-a83416ff9afb	15	RecordSetAside	\\xd4033d75c3939d448f3e78c40e2ef533c5f3f4e248b3dd5a690e8bf41f2745f7000660ccd30b2741000660ccd2bbd540000000001920d0797c564ae155259acf387d6af4c8a1126b6172746f74656b6180d5deab9ab3b00620bb1c95a34644826e97e8ed9b6eacc12728636c696e69632e6576656e74732e76312f332f330a636c6f636b0a636c6f636b	26
50378dac-c433-4483-ac53-a83416ff9afb	16	RecordSetAside	\\xaf88009f743161c78db4fd99f6b4ca52150086b286f99f37637d88207400240d000660ccd30b2741000660ccd2bbd54000000000192011f09ba1fd515e64be034b89162238af126b6172746f74656b6180d5deab9ab3b00620d2e8fe31099b862faa9d7ed1fa89834c28636c696e69632e6576656e74732e76312f332f351c756e6b6e6f776e5f736368656d611c756e6b6e6f776e5f736368656d61	27
50378dac-c433-4483-ac53-a83416ff9afb	17	RecordSetAside	\\x2e6283142f01b80939850c264a67e326c9f8ab49b9d4e2d478a6310065330e85000660ccd30b2741000660ccd2bbd5400000000019207afcddd7daed53e3b3d0df2908b774b1126b6172746f74656b6180d5deab9ab3b006200b3f617d38e287babcd59d00a3428fb328636c696e69632e6576656e74732e76312f332f370e6e6f7468696e6714756e7265616461626c65	28
50378dac-c433-4483-ac53-a83416ff9afb	18	RecordSetAside	\\x8499c6343713abba6f88db1bac08ab8eac8ab63c9ecb55fdd5eaa894aa83e72e000660ccd30b2741000660ccd2bbd540000000001920424b75df7da45dafb74dcc467e13ec59126b6172746f74656b6180d5deab9ab3b00620dfb927c1f5b08602ad65b42a75365c1428636c696e69632e6576656e74732e76312f332f390e756e6b6e6f776e186e6f5f7075626c6973686572	29
50378dac-c433-4483-ac53-a83416ff9afb	19	RecordSetAside	\\xb57ff90223f420aec19dad244d51fd5903c4e3b038454c40d97609c238a6cafb000660ccd30b2741000660ccd2bbd54000000000192036cf6a27f4a55aee98fa376684ae9879126b6172746f74656b6180d5deab9ab3b006201c28fa627ae38f04901e276f98bd34632a636c696e69632e6576656e74732e76312f332f31301c747261696c696e675f62797465731c747261696c696e675f6279746573	30
50378dac-c433-4483-ac53-a83416ff9afb	20	RecordSetAside	\\x52283cc0bb002d31e2909852696e9581dff4db0211480815d746d266462182f6000660ccd30b2741000660ccd2bbd540000000001920271c122fd83a5ade822066cd176ccb96126b6172746f74656b6180d5deab9ab3b006201cee4b32ef92805b84cde21dd81f92732a636c696e69632e6576656e74732e76312f332f31321662726f6b656e5f746578741662726f6b656e5f74657874	31
50378dac-c433-4483-ac53-a83416ff9afb	21	RecordSetAside	\\x6f0dbe56f81e2029369d7c01f21171ff7c46cfdc5af30e11e3896337b9ba40ae000660ccd30b2741000660ccd2bbd540000000001920ed80e6f7022a56e7aab3a65ec84a7cd7126b6172746f74656b6180d5deab9ab3b0062053deffeb82698de59f57d633a09298042a636c696e69632e6576656e74732e76312f332f32321e636c696e69632d636f6e666c69637410636f6e666c696374	32
50378dac-c433-4483-ac53-a83416ff9afb	22	RecordSetAside	\\xc11abca1373d53c63480c003cf2ad4b855115d0bad7d94853ee3459c7884f616000660ccd30b2741000660ccd2bc2b300000000019201e127a279a865df1a847f4e27d4484e3126b6172746f74656b61e0ace1ab9ab3b0062054524e150a7c85c29cc063f4b533a5632a636c696e69632e6576656e74732e76312f332f33320a73686170650a7368617065	33
50378dac-c433-4483-ac53-a83416ff9afb	23	RecordSetAside	\\xb8d287183e482bdeadd9fd4f2dba4688d274a7d03dd580b6995e1e5e069ede7e000660ccd30b2741000660ccd2bc2b30000000001920056019d313755fe78cd12a35b23a2d73126b6172746f74656b61e0ace1ab9ab3b00620c3e59674caca83a6ac3084926c4da8732a636c696e69632e6576656e74732e76312f332f333914756e7265616461626c6514756e7265616461626c65	34
50378dac-c433-4483-ac53-a83416ff9afb	24	RecordSetAside	\\x6511371c91d3e5970d83342fb5463545901119fb233c5480751f05434f1aedd9000660ccd30b2741000660ccd2bbbdd0000000001920f96d4b7bf24e5c22a0e2d4b572dd4fe3126b6172746f74656b61a0f7ddab9ab3b006200b40ed8f01588d188f6379a86d9128c4227a75732e6576656e74732e76312f332f301677726f6e675f746f7069631677726f6e675f746f706963	35
\.


--
-- Data for Name: gap; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.gap (set_aside, patient_id, publisher, reason, since) FROM stdin;
clinic.events.v1/3/3	50378dac-c433-4483-ac53-a83416ff9afb	clock	clock	2026-11-21 17:38:05.384+00
clinic.events.v1/3/5	50378dac-c433-4483-ac53-a83416ff9afb	unknown_schema	unknown_schema	2026-11-21 17:38:05.384+00
clinic.events.v1/3/7	50378dac-c433-4483-ac53-a83416ff9afb	nothing	unreadable	2026-11-21 17:38:05.384+00
clinic.events.v1/3/9	50378dac-c433-4483-ac53-a83416ff9afb	unknown	no_publisher	2026-11-21 17:38:05.384+00
clinic.events.v1/3/10	50378dac-c433-4483-ac53-a83416ff9afb	trailing_bytes	trailing_bytes	2026-11-21 17:38:05.384+00
clinic.events.v1/3/12	50378dac-c433-4483-ac53-a83416ff9afb	broken_text	broken_text	2026-11-21 17:38:05.384+00
clinic.events.v1/3/22	50378dac-c433-4483-ac53-a83416ff9afb	clinic-conflict	conflict	2026-11-21 17:38:05.384+00
clinic.events.v1/3/32	50378dac-c433-4483-ac53-a83416ff9afb	shape	shape	2026-11-21 17:38:05.406+00
clinic.events.v1/3/39	50378dac-c433-4483-ac53-a83416ff9afb	unreadable	unreadable	2026-11-21 17:38:05.406+00
zus.events.v1/3/0	50378dac-c433-4483-ac53-a83416ff9afb	wrong_topic	wrong_topic	2026-11-21 17:38:05.378+00
\.


--
-- Data for Name: gap_closing; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.gap_closing (set_aside, closed_at) FROM stdin;
\.


--
-- Data for Name: inbox; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.inbox (publisher, event_id, digest, "position") FROM stdin;
pharmacy-1000000	596c3c2e-35b1-4f3d-96e9-289154ccc5ea	\\x07d5ec72e5c1f64b89c5309e2077632d69e7e0ab2e406dd135c98b3ade5ebcfa	1
clinic-000000010003	ac91cb94-0ec1-4ac1-a854-0060475ce74e	\\x57f3f855c752c3b167f7c4ed2c37b8844319977c3b3ec010b5fc802d7e6a5669	2
pharmacy-1000021	14fb7e75-53c4-44e4-a53f-4abe39fafe65	\\x51fdf0c73a0cf3db31a96899858771a0a37e56b2ff023bb87d8f09f90352af87	3
clinic-conflict	82b316c3-da6c-51ee-ac86-4e9bda1b5030	\\x302b87db51748e259f58d4925be74fe782fb6537feb82d8d86baaae25ff8d8b0	4
pharmacy-1000014	fa84c122-708f-414a-b8a0-752266b7b820	\\xac33ca979f88c20bcd8385e82fca846eaaf7429489c2204c9b94ea5d4cd13b16	5
clinic-000000010003	28ca7f2b-ab00-45ef-9571-8f08f570ae5f	\\xaee80cf8978dc28624fc17742cd118b08e071db1377665f8ff66aaa66d6055d1	6
clinic-000000010003	94d8f674-04e4-47aa-9d24-11700d1916d7	\\xabe80c1a4082fc5e34b19ac65653d36d7c9451b3f6e675a63070c1531a8c4cac	7
clinic-000000010003	9186e96c-37cf-4745-9c1b-fcc0e01fe6b7	\\x68479c2b4acbb2b560dae0cd74f92c69fe501212d62c9695eeccb437a9e818f9	8
pharmacy-1000014	d1da0d96-8cf9-417e-8635-9acc996b5b2c	\\x4acffa65cfb1877b94db0f88865c84f8fdd1ba672ce40fe8cff248a4718eec0b	9
clinic-000000010003	513625a2-0e18-4119-8832-edf37a01003e	\\xe7669f48e2f1b7a2293af34b4a662b9a710a85fd52eb7d4b604934b3d78dfa71	10
pharmacy-1000014	6c63dd42-d063-40e0-8da1-553e767bd078	\\x60fe0a36b53205f3e86b58b81a6894b66fd32a62ba5a91b3ab87ce2a8854c81a	11
clinic-000000010006	e254a0f4-04f9-4bf0-9085-fa628dd3e66a	\\x41c1598695cbd82e0958102790886500268740cfd9bdd49df54616ce61aad483	12
pharmacy-1000014	e9552ad9-bd20-4ba1-82de-32e9b434868a	\\x5163b8e20e87090245e94c9a1efde3ab61cecd071db51face319f8dea642db6f	13
clinic-000000010003	e40a84f2-ef40-46f8-8ff8-bedc0cddcbe0	\\xec4fb9e60a43f504d297f06308e5acfb34d6eaa69310bb1335e6ab5a3232c242	14
clinic-000000010003	b40608c9-dcf6-42e4-bd92-5b7e29189ae1	\\x6118dade009ce9d8d6f293f5c21e0117e4d522df7ddfa58961c2b97ef1db32b8	15
clinic-000000010003	54e20cb2-2db2-4aee-880d-87bf6e3070be	\\x43b676b0de2bf8de27d6fd1f07e27df42cd2c963930f6902783be505e8014d84	16
pharmacy-1000021	1f6541a1-b7d8-417c-a57b-2809410e66d1	\\x45d9f5b9bc49d67e229ebd93826a6f00de2ac77a33f98a8142b3e2ed48e730e7	17
pharmacy-1000000	f23444c4-cad1-4b19-a860-ed46a847539a	\\x126290f2d66502532241f257b1bf3670cf2c50b9bff1f81e0138061717728433	18
pharmacy-1000021	27978271-4a74-4fc5-9d00-9191c99a7209	\\x6316698c3bb914b97bac89ac47e35b90b186746a25d7ac458a74dca6ecd5d7be	19
pharmacy-1000000	22973166-3e86-4081-8021-c99eb4a12ee7	\\x12cfb61b28006bbd8ba4417f856802717f28c5e6135edf8fcc1a65759d5da111	20
pharmacy-1000014	c5e333b5-5186-4095-ba0e-84dc84b4fca3	\\x88a2e340b5d93a2bbc82d3912542de760d8f139461ac1fc84312ea48de797ed5	21
pharmacy-1000021	d5c91ba0-3993-40fe-a742-5b14eaaebd50	\\x339ff7504bd872934aed75e6700b5329fda5462f9238b9b7cae211cec6b5f521	22
clinic-000000010003	bff1bf95-8fdb-499a-bf3a-50ff495b8b49	\\x923f217b2df6cb8ca6f31d1991ca532e42cfbda47c7793adb767c664e8b18666	23
registry	b5bca93d-b2a5-4131-a17b-847d56856929	\\x6ba55a19f57c1106ce7e93c806ebcbf1aea0e928d1f28424c59efe2214c70446	24
registry	a98581cd-8e36-488d-a1e6-71058ef586ac	\\x0119dbe6705c10fb9c2232058126dc758b80a6824750dccbd87e3f17210cb69b	25
\.


--
-- Data for Name: person; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.person (digest, patient_id, account_id, born_at) FROM stdin;
\\x8a2db7115fb29975d13fce26f7abcec49fe82c54387f89eb30dcbf04ceb813d7	362c67ab-231b-438e-951a-a3758ca851a7	MSXV3IQD24ICM	2026-11-21 17:38:10.534062+00
\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	50378dac-c433-4483-ac53-a83416ff9afb	KDVXN3NSNLKN0	2026-11-21 17:38:10.534062+00
\.


--
-- Data for Name: quarantine_closing; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.quarantine_closing (topic, partition, record_offset, how, reason, closed_at) FROM stdin;
\.


--
-- Data for Name: quarantine_retry; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.quarantine_retry (id, topic, partition, record_offset, reason, detail, retried_at) FROM stdin;
\.


--
-- Data for Name: quarantined; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.quarantined (topic, partition, record_offset, publisher, reason, detail, digest, bytes, published_at, quarantined_at) FROM stdin;
clinic.events.v1	3	3	clock	clock	occurred_at lies more than 24 hours after the broker's time; set the clock	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	192	2026-11-21 17:38:05.384+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	3	5	unknown_schema	unknown_schema	the schema id is not one that was released; ask the registry for the id	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	192	2026-11-21 17:38:05.384+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	3	7	nothing	unreadable	the bytes cannot be read as the schema that they name; check the encoder	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	0	2026-11-21 17:38:05.384+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	3	9	\N	no_publisher	the record has no publisher header; send it again with one	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	192	2026-11-21 17:38:05.384+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	3	10	trailing_bytes	trailing_bytes	bytes are left behind the event; send one event in one record	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	193	2026-11-21 17:38:05.384+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	3	12	broken_text	broken_text	a text holds a NUL or broken Unicode; send valid UTF-8	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	193	2026-11-21 17:38:05.384+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	3	18	unknown_schema	unknown_schema	the schema id is not one that was released; ask the registry for the id	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	192	2026-11-21 17:38:05.384+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	3	22	clinic-conflict	conflict	this event id was already used for other content; a correction needs a new id	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	192	2026-11-21 17:38:05.384+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	3	29	nothing	unreadable	the bytes cannot be read as the schema that they name; check the encoder	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	0	2026-11-21 17:38:05.406+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	3	31	key_mismatch	key_mismatch	the record's key is not the PESEL of the event's subject; use it as the key	\\x733e6c1e1c7faa9c8fe7a40fa1243e215870114d1c64a46d4917df22004cb61a	192	2026-11-21 17:38:05.406+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	3	32	shape	shape	access_code: must have the form ^[0-9]{4}$	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	193	2026-11-21 17:38:05.406+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	3	33	\N	no_publisher	the record has no publisher header; send it again with one	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	192	2026-11-21 17:38:05.406+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	3	39	unreadable	unreadable	the bytes cannot be read as the schema that they name; check the encoder	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	183	2026-11-21 17:38:05.406+00	2026-11-21 17:38:10.563368+00
clinic.events.v1	1	0	no key	unreadable	the bytes cannot be read as the schema that they name; check the encoder	\N	7	2026-11-21 17:38:05.412+00	2026-11-21 17:38:10.563368+00
zus.events.v1	3	0	wrong_topic	wrong_topic	this topic does not take this type of event; it is not yours to say	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	192	2026-11-21 17:38:05.378+00	2026-11-21 17:38:10.563368+00
zus.events.v1	3	1	wrong_topic	wrong_topic	this topic does not take this type of event; it is not yours to say	\\xcf37ef888f548cdb8cac6b025844dba47a4931cb9e5015f271b14282c3e89a0a	192	2026-11-21 17:38:05.404+00	2026-11-21 17:38:10.563368+00
\.


--
-- Data for Name: quarantined_bytes; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.quarantined_bytes (topic, partition, record_offset, sealed) FROM stdin;
clinic.events.v1	3	3	\\xc4813e84f7224b8bbcc49ced00fa1dd8c86089aa9025d9c320d48a48a2e18d40f3718e9a81a06951a7c9bb91dab0c389f59383fc97000ac97c66d7511ffdb0f9cf681cfa0110f90bf296a330262ed189c1590f4159e42545cb6e194a00eeca07b6dd718681e37ac0e5b8bc134458acded1f9ef44088b9346dea4dcf45132dfb0d4c954830ad62f7e66b6774033df549542d1f2b020c6dd6cca587967a2a750efda0e2a9b778e9e1823fb879da458b9955bab535f56dc3fe3f06458402f01475840bdbf63bfa2a6ebac00cc64d1ac9f92c1168de08b81b09f3d496927893baa5ad4a124c7a65dce84022e32a6b1f852638dc92d44ac3168ee9e7736a5a554d6d85d5e771f6fe06292
clinic.events.v1	3	5	\\x60a692104161b4facd508e3f781a14aabbbfb0bfec06d1c3e1ea982ed5495a42f9344ef50dd9e336bd6818532041925c43a5594b403cfc79d111bfba0467610144ad159e02afe0d1abd10038d5a09701281088a364479d09b77839b1fc0d1d977fb2469ce212cdc2f69d16e9e9a1410c2a9896ba5daf1cd494e1361560570f29b519acfd20421cf76ca2846116434cc34ad7859c8d67dad240332ecf367d851128e41fdb6558dabdbab6824c2845ff2acd08a43b6b79868d7d7962b9ec2af26111b705cf1afb5f6ac78b87f1951e617754954179113f576d8b6103b251eb299edda5f5fd2dd40c76678cc31e6aae313bcf0c832cfa229cebfb0d19ec1f584c85a4ccd0f3c42a600589a9fbe01d1fa71fca
clinic.events.v1	3	7	\\x60b97a3e25e3fa784f7774971e96beb819269ca7a544764f3a929d68c514d9a8a6bb6d3f4f5b1b829768acbfec6462f74f204f7f125038ce4bac2050890b675fb8d15846b8f4320087
clinic.events.v1	3	9	\\x849ce9c3e0e850e9ad9e1abfe6215408f26d443f8f004f593e8b57f1c9c47a1ae58c61560b28ae0109aaba38097a0e6706d4df2418d37476c3c8ec32fa5e15e43012a7518d0a098c708b27641af34d40ef2737ac3f005caf524700e198483f36db3995c2e919d86127e58f81a8c0f222771d8deaefbcdac5539cd1d89ef6cd764df1fa9f009372f8dafde47fdae9299c7d211ae08e1b46ab5646061b869d8dcc177ed4108c092f9e7e314b5e96c4b174a548408885cc28bf50f40b4a0fc89d1b6799039675fe10a06acf6bd832080cb3b1589c2dbbd06437463698df950c0e35cff555e1a601b1c610a808d5a57771288e5ed641e7d7
clinic.events.v1	3	10	\\x505d151a12c59ea39f6e5abe989973f66020666d9c4b4a72fad7a305d00c3cce67b886ee14cd321ac9c86b9b021798680fd14e9a2241fa1f15acdedf5c4582d328620140ca954f9658d3f3c7203baf2f2bbf8321481b149df73aa7c4489b4ff793404abb18cb49fcf9fc33566e587282fde764ea6d958a7df0d8c17061d063bb873430ec82954af9e333f1942557759402e18310f91d84176daf9c7c0e8ecf2f56f8ce58f4a46a8ec4276936114f53d78a3bdb30264bf276f39aa15a766719099ffd0cf21af79e57a675dd45650abe8c426e278d197638332f55b985d1992da2dfe02e8c348d1868a408dacc06f870005c4c5f927da31e49c4359cad5b3086dcd8ff5715b22a686f8a427a4d07ea2977df4a
clinic.events.v1	3	12	\\x913ab0d4edd175b0acf325c166321f53acc60accaabe37e33a6f03bfa54c9e89904641d284280fccfb066ed276e940026660f5a47fbe0cbbc46178cda92fd88657c7630bae08de1767a535a292dfafa17e3243d17128abc8116c7e5c1c04fac6d6dba8f625d8080e9f392e7aa1b6ef05077feb6150a08247cf9f4b343f4c7a2ab77accd94f2ed355c8377c62c84148105c66dd08f52f91a7ae938cfa2c013829bb2f797cdfdef5b5f2435ca7418728846c1e09f4109d55270093629e688ee4ed1f6df68f65c4862645234ebf362a0f1bc645c468d59977702eb480d6843386920ef0eeedec156989ce8a81b355f9246a2149380f654eeb694ba0f82d4487e6954194f121963e8d6cda453f5f288aa0
clinic.events.v1	3	18	\\xb742aa30bcdc316fb5acc6d6b48c205bb637e18f09d50c862c157fb427ea24dd8d74ecf8e510f659f648913ff9cf7f1a69c604412b408dcac081d7a4a74df3763b808c711fc3a4367a88ec5d6585638011f96abf20cb9c5fc4583b3721536699a4259c5dbcf91c8ba45a63a43137fe4f6714b03ade7b68db0e0e93a46cf2214824782ea2a0cc37ae7b808bb4f0064c81f1233ede12c19a50de20b9511e6cdf784c599af8f7cb9eecffa9be89b254a68418e2da7f4bedb9c721d672b9a249291314ddcf360f6a602834c32b142ce981f37c079b866f1244e56f3063afac1c08822823780ff71c3264cfe9da35e1300d25667fe93c45c3cc2e7c10ad0791120156db058c7f3fa06dc945b45347b32209e356
clinic.events.v1	3	22	\\x61ecec73d8b625b3b30801f8069eb4062500ff6a0c5e7f038a69363594066527a594734ea37d5c3262a65d13aa325ad714049fd5541c3db9f393893da35012ae01603da0936d130c65ece275c90b58a26b1a06ad7ed3ac293334a4fc5af74ad5818c25c20afee68c77ba345431991bccb0ee0a1dc9d213fb5d1fe7a18f78682a8ebc9f0275e9839bafbde4f1914104bcbf1b552dd0e36f26a86af6d86e6bd740e2925fac427c0310f0b750514e9ebbcff775280d3e92f983531aec7f7634fa9201b9ae6167c5e5a0b55fefeca1cd876996e6284bb06ab2c425a907564a41aeb79f9167313586d704c44734173019066a38eac7c50e6fea5c0c2e0090c79f133fb96de5cd16f755813cd331b6630bb71a5b10
clinic.events.v1	3	29	\\xfbdbd23d9209383fc63592b255f73cc615885e7506a1d8a9c01472ac67114db76f37bdaf11b34234810ec7023db8571a1f45a01bc881a0e4c6dc34d814b3094ca1ad0af063140579c1
clinic.events.v1	3	31	\\x187ef5d7949a80e6078ecdfecbbd54416a00805fd1d7b29a70ad81c9211bce0e6eb3265ff2f4ceeae7baaec9fea6888224fd081bdc43e201934245b5d72cd6ef515c5cc76bec1167b6949fde74055fb7eac03c3ac14e97bfb7e25e4e44a36971eff3244eaf29f3657d8b919c459c59792c4b088b410031d34f47722b940c8b93a6b0034c8a55d845812b99096b092281b80de86f092a72e473be5d7c3f6c8ed80e8d84d60e7d9b26d97b007f7effaf32b15e1a64d579cbebb03ad18bcc27a8cc4e8c591874dbb4380ed8beffeea3a48c566391f97f21be4b0925177f2873d624bf7d781c66a41cd66b48d1456673934b98199d1ef472da1d4aaff2df20387627a69e33a571ed8ae6e3c9e37e9747ef
clinic.events.v1	3	32	\\xdf1c8f261f7af3d1efe6ac17527bfe7ffd3689139a433b99866f80268085cbbf6a9c9c7752c4628162d5b41308069c2a47ab85a055b789bfc7ff73d6c3dae7f64fe2133c4a4e7fbcfd92f0202cbe463dd65e46005a4aee30f6255d198bb2f0266b5e2cd3e38cd84d8b27bab8c87d363eae769889eebdc1c2c0bdd7521cc7bd12e257bb4553dec1fda5d7226495794fc6ec98d6a6b0305ad13fcf69c174db56bf975282aa5b18a0b4a404b62a2b8bd39d2c8ab37de3cbb05ff09a56085dc8a5f882e978a495febb317177e28441c1345cd2773b61b22d1a2a7442a0f838df2e079287382d1694ae59f34118fec302c8226e1680140ce40af5b6f549f522e3a4fea6cec9befb78952614
clinic.events.v1	3	33	\\x407765301a194962f236f3adc1a60458ccf5f4b9223a8acba3cfcf7ca5ce3d7cd1b0a13c78eabe8ae46173fc95229833fa1dd7b9346e54939b5fa3fa679da3b78fe8090a8bb7e8d5ac279934ce42ff39624334da4b2fcf6e9420dc67ee181eb72ffe556f9280858060e033a6e91ae616bacf00887a0ef3c2a0049ab7acbea41009445ab1f058896df9781ba005d76027b26280b334778fc9de324c485b9ea32daf959618b110f65da01fa0f10137943b0267577a69cc4821b224d11f9c0f9f45a2d8e963a47c01848cdc9977a9f0370db64c4ffa531a2d2b2a2a190d9242b47c8f1f9416002f275458cc50d5cbef2c9a42897aa37683
clinic.events.v1	3	39	\\xd1f05813dc7fb493cb92967aff604f712d2b5d65ec6e8a0e989eeeacb3f1942edf5a91b9d80eb14aee80f378fc8cc4d8ddc5721455accb1bef0b9c7573421c11bc736dd1a6ead2cc82c1cd1be363fa61ba1116321771fb44fe4b27fd77df49dedeba2af4059692fcb870fcca1fd1a66d53c3ed92d1232f6b92b7a40a7c0b7ccd5ef65abb1333205f1c19f4ef98f89159e70e1484fa4294d468ee0c77feca7c8ffdfe9e4bd7343aeb197f0bef5ad52ad4121077b8e9acbbee6ed040ef6e887d47738d5df56b48bef3c7ec6828e0f1fd3c7ad79804a09ff8fe79222987855eebe98c1c9cf8221db91cc5e1c10555bbb17e92f0f4d8f1dd18e39e87a8d2db12c7f1cee486a7
clinic.events.v1	1	0	\\x4a30bb14f3fa7cc6201d7daa2fa0ac9069b7044bd6a707c1731bb4d6364385e457133bfa654b610cb3e304df67c4423c7474994a454da5aa4e67df46a554d3e74b19d349
zus.events.v1	3	0	\\xbc0b8bba5a7905937547110091d3de760a95d3ea92abd16516b28d9bd7238b263d5e22156da34d012e10e5399b4d4ddbb374404d86be1630f254a8cad181cb4ca9c9f228df1799be5bd04428d59d7686fd19d286809761841a30b1a407f04acf69bb28ce7357857d0cb398d8a8dd703ea973992c054de45ecf0d82eed0ccfaef35c058fdc8d8e427d7deb9df89f2fb0c172255e8a0bdeb5a888fe2bdddcabdeddc93c6dcdd77cd1cc98a7a37626c322290574be1ad939c9b2d27b05be4b9e28a198902306ca3a2af6ee84dee6615e34c3909634ad77408544a8ddb8a92a1f870e6101a54061adaaad279c50ab806e786225240368ec8a95b3d9c7a211dc94e3869e780c088e47e6dc48ac282f631
zus.events.v1	3	1	\\x6bf8fa10c3408bdcfb27ab18d793579ba95f8a9b75c61eea8d0e78919aa8c3a4959f85680f239880b7175fc3575b3b8f065eb014a4caa0fa079bccf23c26723c4fb9b43103d66b8b16c5f232b68a88d19fd27aec9c760118d516eee58a09ef20ab0b57978bcdd41be5055de25897b483cc26c0c1dfd4c3261d7a37218068e13d029717df32460ba876d398bfa91836be64d8cf1e9e5de6a2993cba3e2cc9ede4c46e9b8163d2c03c329c0ea5152d78d0fce6f768428c30eb60959e10fdd5e6e902a19f3bc361680017fb28c121b8699344202e164ac9d078f829989fd143a19889d7ee5e58b9721f9c1d99170d6a0c317413da092b9229ca1aa14f1746bc17fc357df7e7d5ca7251744eb7ea05c0
\.


--
-- Data for Name: relay_sent; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.relay_sent (partition, "position") FROM stdin;
0	0
1	24
2	35
3	0
4	0
5	0
6	0
7	0
\.


--
-- Data for Name: seal; Type: TABLE DATA; Schema: records; Owner: kartoteka_owner
--

COPY records.seal (last_position, first_position, events, recorded_at, hash) FROM stdin;
35	1	35	2026-11-21 17:38:10.582337+00	\\xe2bff00aafaf09c7722f5e9cee985a59a81bb5eea49406c050a5847ea52c5aa4
\.


--
-- Data for Name: family_member_registered; Type: TABLE DATA; Schema: records_v1; Owner: kartoteka_owner
--

COPY records_v1.family_member_registered (patient_id, event_id, publisher, occurred_at, entry_id, insured, kinship, payer, valid_from, reported_on, sealed, recorded_at, "position", version) FROM stdin;
\.


--
-- Data for Name: insurance_title_opened; Type: TABLE DATA; Schema: records_v1; Owner: kartoteka_owner
--

COPY records_v1.insurance_title_opened (patient_id, event_id, publisher, occurred_at, entry_id, title_code, payer, valid_from, valid_until, sealed, recorded_at, "position", version) FROM stdin;
\.


--
-- Data for Name: person_registered; Type: TABLE DATA; Schema: records_v1; Owner: kartoteka_owner
--

COPY records_v1.person_registered (patient_id, event_id, publisher, occurred_at, entry_id, birth_date, sex, surname_check, mother, father, sealed, recorded_at, "position", version) FROM stdin;
50378dac-c433-4483-ac53-a83416ff9afb	a98581cd-8e36-488d-a1e6-71058ef586ac	registry	2025-03-01 01:41:11.189928+00	50378dac-c433-4483-ac53-a83416ff9afb	1950-09-14	female	\\xe55beb44a703ae014b6480868835b5491f2cb151969af848c7e19ee82a3b67eb	\N	\N	\\x01000000030afe3d21bb5e2f7bd3feb9134f62f9c7aede79f8fb0257e05fd5a98349f7de2f2081015bc903dc445defd24b8fc3a570811e5f3e52d7a464e137324f6b93d8	2026-11-21 17:38:10.582337+00	25	14
362c67ab-231b-438e-951a-a3758ca851a7	b5bca93d-b2a5-4131-a17b-847d56856929	registry	2025-03-01 03:52:28.44785+00	362c67ab-231b-438e-951a-a3758ca851a7	1945-05-30	male	\\x919ff44e0efbbf53348b1f6b23437da1e24049ead49fe25dd5e8a331c333d847	\N	\N	\\x0100000003abf6413debc4dfd71748e69f9aaeded8dae6a1a7ae065bdba9af71de57c0503dc8b65239a2eae54c37ce5863e42da0301c123d99e9ea01cdffed64fb2e9f7bf81608	2026-11-21 17:38:10.582337+00	24	11
\.


--
-- Data for Name: prescription_cancelled; Type: TABLE DATA; Schema: records_v1; Owner: kartoteka_owner
--

COPY records_v1.prescription_cancelled (patient_id, event_id, publisher, occurred_at, entry_id, prescription, cancelled_at, sealed, recorded_at, "position", version) FROM stdin;
\.


--
-- Data for Name: prescription_dispensed; Type: TABLE DATA; Schema: records_v1; Owner: kartoteka_owner
--

COPY records_v1.prescription_dispensed (patient_id, event_id, publisher, occurred_at, entry_id, prescription, dispensing, item, quantity, pharmacy, country, dispensed_at, sealed, recorded_at, "position", version) FROM stdin;
50378dac-c433-4483-ac53-a83416ff9afb	fa84c122-708f-414a-b8a0-752266b7b820	pharmacy-1000014	2025-03-15 08:12:49.984024+00	f0c7e234-758f-8350-a055-77d85e43e60b	f0c7e234-758f-8350-a055-77d85e43e60b	0a7af2b1-4c6a-8c4a-ae45-60dc3d52b6bf	3	1	1000014	PL	2025-03-15 08:11:58.010425+00	\\x010000000f0415cde0ffca34ef0d092f00f864b6e40e4fe25166b0cabbda66fdfd76913a612cb00bb6c6b01adfa5e925db9d764cdcf75e28a893ce4c031974d83a026bb7510aaac57b8eabf3f152e611fcfbb89b5bbb984a5ee16b48855c0bba325de7b16526ae7b5386b29cb39411235d8269b4704b14af67b1b888d9a17eaad548de1eef83fb861b50432c24	2026-11-21 17:38:10.582337+00	5	2
50378dac-c433-4483-ac53-a83416ff9afb	d1da0d96-8cf9-417e-8635-9acc996b5b2c	pharmacy-1000014	2025-03-07 06:41:47.558998+00	a36b8cb2-da9e-8815-a880-2973d417e341	a36b8cb2-da9e-8815-a880-2973d417e341	416ea4a4-5dfa-8d35-95a6-7c5bc3a64be8	1	1	1000014	PL	2025-03-07 06:41:36.617956+00	\\x010000000f2ef25ec099b58689677ce0acf97ac953ff8bf9d60f0aadac7f84b1837e082b701fa806516beefdee75a5872e7cfa1cdec65c0e86d675ab4a918cb54cfeb9f9203485830d16963822ec5b627d6679f28a0e16f3c71e438cb90e48ac4122f72ebca3cc37643730a37b39bee78bb09f6dff33d4964b43b5b743bed26923500ac2d8677d6b923bd84310	2026-11-21 17:38:10.582337+00	9	5
50378dac-c433-4483-ac53-a83416ff9afb	6c63dd42-d063-40e0-8da1-553e767bd078	pharmacy-1000014	2025-03-15 08:12:41.222103+00	f0c7e234-758f-8350-a055-77d85e43e60b	f0c7e234-758f-8350-a055-77d85e43e60b	1d8c828b-193a-87e6-ab6e-24ade0eb59f3	2	1	1000014	PL	2025-03-15 08:11:58.010425+00	\\x010000000f1010be5a03d8b04b12869c749c2c1881b606771835f977b0cec60993ff560e77c214e08111df25e9ba74a94c5bbc9c4efcd34a2cf548304772e7b0c82e46b4fef4988ee4e97dc0e68b7ba9d749808aecbd64987bca06d4d7db74d8d43549231519986178b1b96369f62f6d006b59de5ea0f3e3e5db1d43eccf4e4d77d3b5e2fa2c56a05906dade99	2026-11-21 17:38:10.582337+00	11	7
50378dac-c433-4483-ac53-a83416ff9afb	e9552ad9-bd20-4ba1-82de-32e9b434868a	pharmacy-1000014	2025-03-15 08:12:52.483304+00	f0c7e234-758f-8350-a055-77d85e43e60b	f0c7e234-758f-8350-a055-77d85e43e60b	f84fbdd6-6724-88b6-a6c3-61ff50a1575a	1	1	1000014	PL	2025-03-15 08:11:58.010425+00	\\x010000000f300b7cbf7538f02b65d187803beb632e929675df4159cb5757eb69dcc47f6dac34cc91bbd3d29568023547e505550b70c3c5a460dde9925d823a61efc07adb195361fc6804df6a490c55227f74dc6bfaccd5d4858f5d030de5d1e18f8d36a1ac06158e612800efef2d6b7f703cd62f70ab33d7e2c5c2832a023bf22e2fd6335328ca446fe678e41b	2026-11-21 17:38:10.582337+00	13	9
50378dac-c433-4483-ac53-a83416ff9afb	f23444c4-cad1-4b19-a860-ed46a847539a	pharmacy-1000000	2025-03-07 11:02:17.406829+00	86e1ecf2-28b3-8eca-889d-c517a33a0b8d	86e1ecf2-28b3-8eca-889d-c517a33a0b8d	f15310ac-a287-8615-8cb1-fc0f70003fa7	1	1	1000000	PL	2025-03-07 11:01:22.072311+00	\\x010000000f9ad7ff8b39b58d2e5f07602596b62322356423323264f8a088fe48ee49cc5d506e7ec086fbed5ccd94a96ad8d6edb2c753c632c98d36204269913ff6c53f91912e1e1a61947cad4f4f1de60f1ba2f3e82f1dec68e36bf1b93a97dabe92509ca8ac559ebb07e723b2df4e67a183319c496b0f6bcf2501c4c13704311e419d95864d6d85e9ff70f3fa	2026-11-21 17:38:10.582337+00	18	11
50378dac-c433-4483-ac53-a83416ff9afb	22973166-3e86-4081-8021-c99eb4a12ee7	pharmacy-1000000	2025-03-17 18:35:49.643196+00	5f2fb52e-664d-8f6a-8480-086b6886d002	5f2fb52e-664d-8f6a-8480-086b6886d002	b3a774e1-e563-8d5f-9259-4e410411f09c	1	1	1000000	PL	2025-03-17 18:34:58.609726+00	\\x010000000fc8eb3ce37dafe9415c1bade47e3dcc4d392bcf81ef4bba7f0b517540c828a20dd7df245e7c694a197281cf2e0f1b04884678b70080c8fe340c76233436da3584dcad5d7d3cb58cf06ec6083b5e22be9cd3e548ec537b45b22a42358a3587cc6b76f45da760febc1f0bc04f5b768db4be1a5dddf5ab409635759377984e33bbc53ef093f75e769767	2026-11-21 17:38:10.582337+00	20	12
50378dac-c433-4483-ac53-a83416ff9afb	c5e333b5-5186-4095-ba0e-84dc84b4fca3	pharmacy-1000014	2025-03-15 08:12:12.607243+00	f0c7e234-758f-8350-a055-77d85e43e60b	f0c7e234-758f-8350-a055-77d85e43e60b	aa31629d-d7fe-8d23-a49c-f93ef07775d2	4	2	1000014	PL	2025-03-15 08:11:58.010425+00	\\x010000000f3a72363ee2ffaf73640c4921a1d5518ee6aff1ca108f1811b1501a433c0eeb806185f4db5b3ea170afb3b57c5fcb0e4a3fb9fd81642869d9ef8294466aafbe10fe681484cd0128608a75d95542199f02dcb2c24facfdbd13bf9a7a0d4a439636f7ab6be57b4552aba2599b208ac69aaeaeb657090d3cc30f5a26800ccfb2d9a67836bb576512bc22	2026-11-21 17:38:10.582337+00	21	13
362c67ab-231b-438e-951a-a3758ca851a7	596c3c2e-35b1-4f3d-96e9-289154ccc5ea	pharmacy-1000000	2025-03-03 12:30:42.400493+00	913e5d3b-476e-8d7d-9eae-d37720d2676d	913e5d3b-476e-8d7d-9eae-d37720d2676d	b9633618-1d34-89b4-82fc-13cd28834b0f	1	1	1000000	PL	2025-03-03 12:30:27.354544+00	\\x010000000fd9618556e4024b782f5e7018ba80ebf3d85bbb7dfc3bd0f6c06674919e71e545507389b256d6437c2aafe891b1fd033e47903c7c303bc4d84e37cdd6bb4c0202a8d734aa299f9d01fcdac6390ae84e968f158bcf0f58ef3086f564285e6449253fd0d6e60213abe88ca89a640c41250ec92d1eba06326d2a781adb5ef36464d1946295ffab605883	2026-11-21 17:38:10.582337+00	1	1
362c67ab-231b-438e-951a-a3758ca851a7	14fb7e75-53c4-44e4-a53f-4abe39fafe65	pharmacy-1000021	2025-03-25 13:39:13.586898+00	eb303260-689f-8416-bf56-61f6b7ba74e1	eb303260-689f-8416-bf56-61f6b7ba74e1	386d5ecc-a74d-8c9f-b92e-8fa86b9ea69e	1	1	1000021	PL	2025-03-25 13:38:28.70558+00	\\x010000000ff0819cf8426133459958dd26ee754a3c0f28d3be5d91a1f2a752454a161936284f54afd5538bcb690a97b2737ddfe764750c6fd355f0087f3e28188063f9f83db265c7d70f6d9c4116e35c2dfc3fff2938781c0fed4cbd5cbd4794a380d0068ded186a372ed0a68e08805a4203ec836ef620cbae0aa78e31472926a1a40ec00babbf6a12159a93bf	2026-11-21 17:38:10.582337+00	3	3
362c67ab-231b-438e-951a-a3758ca851a7	1f6541a1-b7d8-417c-a57b-2809410e66d1	pharmacy-1000021	2025-03-27 08:19:02.898936+00	64c13808-b53b-8e57-b3d5-97f84cee680a	64c13808-b53b-8e57-b3d5-97f84cee680a	5089ced9-6523-8993-845b-a4fc7aa82287	1	1	1000021	PL	2025-03-27 08:18:10.576306+00	\\x010000000f53eb06594fa73b1979db5610680cac57543e9f223795d9d8229b0ffc3a2f808ed74287ac42f2d7caedfd9fd8a60704c1d7740b35ea2406c49cb3a7598d693e1bb6dc382b3f71d5fcc149bc8c33f8a87dba4c6196a4667c720f9d9a2c056b9e8d78c79291b96cc6e97af332116c7539ee44415a53f61aae005c72a1bb532c649396c30a2886bc4837	2026-11-21 17:38:10.582337+00	17	7
362c67ab-231b-438e-951a-a3758ca851a7	27978271-4a74-4fc5-9d00-9191c99a7209	pharmacy-1000021	2025-03-27 08:18:29.867891+00	64c13808-b53b-8e57-b3d5-97f84cee680a	64c13808-b53b-8e57-b3d5-97f84cee680a	41225a17-363c-8980-b7c2-e15ff66926c0	3	1	1000021	PL	2025-03-27 08:18:10.576306+00	\\x010000000ffd667686ca980de895f6714b36243ed882f3d64d8634210513a00d4917d3bc9d21cb2b56c857d7199535e6a10a63db0313d74092fe2521fcf4f406c96879b967b148808913ff5a59e1007da588ffaf5bfc125fe842798779f26686950a43792a2a22e7c739111f45b552b01e1416c2656dd2651cac58f75c6f2a83ebdcfdf943eca1509f552f3acc	2026-11-21 17:38:10.582337+00	19	8
362c67ab-231b-438e-951a-a3758ca851a7	d5c91ba0-3993-40fe-a742-5b14eaaebd50	pharmacy-1000021	2025-03-27 08:18:55.223665+00	64c13808-b53b-8e57-b3d5-97f84cee680a	64c13808-b53b-8e57-b3d5-97f84cee680a	a98fdc23-ddd6-89f4-9f53-66e57d883a71	2	1	1000021	PL	2025-03-27 08:18:10.576306+00	\\x010000000f9d2a18c1e3531bf660d0ca45bae2935f8befe2a5ebaae924303e522b7d6a468be3befc64ae4c10cf2e0c2d6ecca58097c5767d231b74c5b9e8bd613d320e3a84cffb796e1cd6723ddc512b332627503e1f19388248bc1af1b978b2c1e12e7a32626d7fd8882aa47f471c1ffe10b352b9367b8b7003020e023851c66dd53d909a318777546a250732	2026-11-21 17:38:10.582337+00	22	9
\.


--
-- Data for Name: prescription_issued; Type: TABLE DATA; Schema: records_v1; Owner: kartoteka_owner
--

COPY records_v1.prescription_issued (patient_id, event_id, publisher, occurred_at, entry_id, prescription, profession, provider, issued_at, valid_until, chronic, items_item, items_quantity, sealed, recorded_at, "position", version) FROM stdin;
50378dac-c433-4483-ac53-a83416ff9afb	82b316c3-da6c-51ee-ac86-4e9bda1b5030	clinic-conflict	2026-03-01 12:00:00+00	b4c18b5e-006e-8750-8d71-76e32dcae446	b4c18b5e-006e-8750-8d71-76e32dcae446	physician	000000000123	2026-03-01 12:00:00+00	2026-04-01	t	{1}	{3}	\\x0100000012041c52ee26e3ebd75150c3e2f9ddf4f8edb837354114f66d3f8bdb0f6b5dcc768c16dc1b39e04e1c58828e1326f867c81459df6b502d8a4e1405b02d62af2e8f0492a3451b1b1787128be564ebf38dfc30698fc3800e5f0314afe33665cab03a998a6b4e847a055d938f8f874180b275471d15e7cefd1c0b3f7381e3ac9277febb9e2e345807	2026-11-21 17:38:10.582337+00	4	1
50378dac-c433-4483-ac53-a83416ff9afb	28ca7f2b-ab00-45ef-9571-8f08f570ae5f	clinic-000000010003	2025-03-13 16:02:34.977193+00	4fe7c1b8-a6ac-82c1-bbc1-01a686c48724	4fe7c1b8-a6ac-82c1-bbc1-01a686c48724	physician	000000010003	2025-03-13 16:02:16.933582+00	2026-03-13	t	{1}	{2}	\\x010000001268cd37b5cc9a9c8e3dfbd6a06fbb5de0d435a50fa7f554714160c3ccded2fcc569f9ccdfc6906f19491d871d333ccbbc8ecc6ac17fbdd6cb8bc08751fea3234aede598ddcce6a6d798c8f6c84f16859a44d56f293db7e09b098dd5d21d6df27da25ed20ceb62ca7fcf9a59655e4f0576c90f6c8a611652b5181ecead296bf9811a983d715bf02bb7c82d929706785f481cfefe42004f39f288a493213e236a183ebda96a5d365f54d6b4cb882cff317f2e9576a969460ae4a79dacf326679c214fad0d8f22b3f0dde841	2026-11-21 17:38:10.582337+00	6	3
50378dac-c433-4483-ac53-a83416ff9afb	9186e96c-37cf-4745-9c1b-fcc0e01fe6b7	clinic-000000010003	2025-03-14 07:57:46.949272+00	f0c7e234-758f-8350-a055-77d85e43e60b	f0c7e234-758f-8350-a055-77d85e43e60b	physician	000000010003	2025-03-14 07:57:34.144246+00	2025-04-13	f	{1,2,3,4}	{1,1,1,2}	\\x0100000012e4b2b7ba5f67f18fc556d883687434cec0231b1ebbd8c07ddd056208f251bec94fe3915d88fa0f776c0fb1cb4e3186348fee01ae0e51efc081dab8a19c81a12468f3cba6370a1c351a8ecd8e9e94fe6f716267d35f1b831788906132df089341cd8de92b3a5512e0f80bb8d1ac94d1ce633b8ed3c18418aa2307b16341050c2a17ad11e234b680f99f96c72c68f97f8d8ce3943d117a9481bf0be21cd0f6a1d4e96a81a5e1bcdf6ec2deac2a3c286c2d9bcf1aca1d75fb7a4e35f520c8678fc0da1052af135c679eb623b63c16e47f6b4f1da0875085d400c10a5310f5e21aad5bdd4da61aee7cdf76403cd4d17bfe1a5e6446f1c95f219c5120c7aecc2bf1d900dcea2bf8801c5b262ca10ed15c01896b431534fb7da45c656abf4f691f900e0318a627e4f9a3b4f759e4d11d26d16b86edf6a922b4a09369bfdb91dc6742e8f539b16c4a6294f857c361e15b518bc12997b8d4947400068e917ac3a5c0bd6f5a380ab20726f65dfa193dab80951e5fe9314b52beeef2cf25050638cf397b9160bd2f55fc9ef7f07aa98db5bc61713148d6f5f6fa7b59aea35853f8179fd7aad8590bc1beb0efa60b00f8484b2d17a9bb2661970bd5f8e4c231d7703c5ee47c7518e328a63cc30d4e8370647495439f257ec80f88ecddfa4548aafb2db6b28625f9b762131483d7165c32f9cef0a02411521870020d66331128d03f7177764479d4f1dab91829861cc381850e1a41955415787a996b716461dbfc51ba879e46f1a4efda5e1712115e940aef1d7768cf58120dbba7b63d9dcc2517691ff799870bda064995af1756581d1b75fbc4e594765e03878b267544439f9cfb674fcc4b61da27739a0dd6964b4cb32478131f5276411758fff14a245b3cbd46a60ed8	2026-11-21 17:38:10.582337+00	8	4
50378dac-c433-4483-ac53-a83416ff9afb	513625a2-0e18-4119-8832-edf37a01003e	clinic-000000010003	2025-03-07 09:28:08.940412+00	86e1ecf2-28b3-8eca-889d-c517a33a0b8d	86e1ecf2-28b3-8eca-889d-c517a33a0b8d	physician	000000010003	2025-03-07 09:28:07.436766+00	2025-04-06	f	{1,2}	{1,1}	\\x0100000012c20d377b45b84837054b63adf56445c5f42d6c6b39dd0f4fd9724d99dc2080379f3422c4bd8906875ebd1d61b82a289a1c7f7a44b31a6dd115e2696a4dd361d2ee19d1554bb7c09d8cb14c459ce03ba6d75b7840aea7dc180776fcc27d2953e2edbd6c8e843353b31020aa373f4766c8d47b669b94481bee6c50917a424452d1ca8c21e2c44d8105239d2bc58732ab60690e0291cbebf83038e4dfc8d9d5d101cb3372e4635579d44fdaa81bd9bfd16aa096aa9746e8362d17edf91a5684b8bbf27961288914400ca76e76c0e32a90ad5fb1baf85dfa78201b41dc1d7fc9ad45682322726a4a4aa296f7b0192e9127a2a5cf28d61fa733e3473e19c862a45102202c7ca8d919347f02466e5c0bd84fae8a8514c7a29591bacd8fc70f2308e56f0653da02dbf74cd7dee238b2c4e64a28b134042a02be8b495dcb9b59e94890ad5a521f06bbec1621f9aa9406115583fb41a5a7b1887b772a568725f213cf053b2abb0d70a8cbe56270ffee1f	2026-11-21 17:38:10.582337+00	10	6
50378dac-c433-4483-ac53-a83416ff9afb	e254a0f4-04f9-4bf0-9085-fa628dd3e66a	clinic-000000010006	2025-03-17 16:54:24.213593+00	5f2fb52e-664d-8f6a-8480-086b6886d002	5f2fb52e-664d-8f6a-8480-086b6886d002	physician	000000010006	2025-03-17 16:54:06.726191+00	2025-04-16	f	{1}	{2}	\\x01000000129f1004186bab1b37b790fb5ee0cbca60a4a8f49ea9fa931b6d93b52a0c0d69fb82e4d147978626bc9599b6f6012614af042b7ca5ef13ab8552d8b04a948d0658b6f886781b4328549c26211ee54f35fb0c09da5f2b78a18cb56f2da0a4315b8da094dfca2841986a1792b30d56e063d864348f1725e59e05f04fe9bfbdfc03f1e178a5f85b13e99fdc159329c8c6b15a916b84141385a8dfdd379133d495424263a0c51ca28a83217f7f210f03213a54d7367ed696921c725607be9e5b2d75ba3a29dbd15a6fe6b746c0c87f2b73c938290c	2026-11-21 17:38:10.582337+00	12	8
50378dac-c433-4483-ac53-a83416ff9afb	b40608c9-dcf6-42e4-bd92-5b7e29189ae1	clinic-000000010003	2025-03-06 06:01:18.825236+00	a36b8cb2-da9e-8815-a880-2973d417e341	a36b8cb2-da9e-8815-a880-2973d417e341	physician	000000010003	2025-03-06 06:01:05.484857+00	2026-03-06	t	{1}	{1}	\\x01000000121480b9d45041091c734fc26118173f1d4f25f2c0cfb9a3cf93efeb3ad214d4d292d8bc252c1e90492473cc6f304e5a18dd5fdf87c23952755943842678adba3a8972b10af2e20a0534f4504427a68626978e98b2db618fb175e616abf6cc26d6d75b82dbcc5f3d01ac4bc612b5a075d9d475f7c1c04f4c6d71d8a817495a16dfb6d0210009645b45389dd8c0bf395397c1d62f3bd5f1f4516e61ebc402a60afae21ffa7373f4aa0e6a7f0b60a271f5a6138c54621efd75cf29f0074d294bc5de3bdc7fbd285696b387afac397ee6ec1a6157e9d30776660f51faad7b17aef74403f92e2554	2026-11-21 17:38:10.582337+00	15	10
362c67ab-231b-438e-951a-a3758ca851a7	ac91cb94-0ec1-4ac1-a854-0060475ce74e	clinic-000000010003	2025-03-24 13:19:05.484214+00	eb303260-689f-8416-bf56-61f6b7ba74e1	eb303260-689f-8416-bf56-61f6b7ba74e1	physician	000000010003	2025-03-24 13:18:50.017464+00	2026-03-24	t	{1}	{1}	\\x0100000012fc051b1ba6f3baa3b3d368065ceaff5985d5594e69165fde834b32813b6f98bb82a9c9a026812946d03c06aed7ea0870498acd91669a877148526e9424ec1c01965c987735f74d8b140dc19316a9571db7464d133d8bb02b68b2f8569cc2be9f49255bd221cffdd64428925794ce95649512a78eb3870c34b39bdfb8846910db445333e06f043d3a7126baa817c6f2cce2e02c7c5013f8d7ffccbbb2f2da779b46c61c3e8d04ccdddeaef01c30df483f726a92d9f3eacfd0a5359adce47299b379aeaf13860c652c75d1c372db9cc76bdcacf888707edb3508fd9152bdc8ce485718dc8dc15caa61e284c343df238991a40b	2026-11-21 17:38:10.582337+00	2	2
362c67ab-231b-438e-951a-a3758ca851a7	94d8f674-04e4-47aa-9d24-11700d1916d7	clinic-000000010003	2025-03-26 06:16:25.800556+00	64c13808-b53b-8e57-b3d5-97f84cee680a	64c13808-b53b-8e57-b3d5-97f84cee680a	physician	000000010003	2025-03-26 06:16:05.787488+00	2025-04-25	f	{1,2,3}	{1,1,1}	\\x0100000012404aa64dd447211cbaceda18d6b55d2234779d710c57d463eef0e3db3b1e847c896960fe8a57a9501d7b238af5dfcdb35845e25fba32e1aba6ed1ac7d39e024c2fed65345c8cc9fcb2497bd06df3656553633c2cd77b1915397b794f9c146f269a025bfcf88e6a6b6506a03b59d6025cad3d86aeb4f922e69487efb61603bdad9809603265e776c89808fad532955d3a3a463f52cdef045b545781b55c469a61ad54edb447454005a114872c1be9d25f6d8964afa14d96cf0fa89ed43b5147b1dc3c50004f4dac5f9809ecb4dd5e15fd828a0a3cd2c7a6f1d1af1e37ec1968fd729aadd68e5c03f1cd68eee8c29f0425994a92051821cd52884ea2d64f607cfe40dc6ce8a5d2dcc977c3a176e3292577c3718d41c741682e4d44f0422a528a1f6cc3ec9ad5f75f6b4c9ee53e5a7aa56e069f18219cb1f29983db14dfb06fd81b8e370b1f7a857308fe8b1258a9339e1a8895ee017605f00c29ab794d391b57e05657a52f00b8d1f03a3cb7998f845ad58061eb9f2f8d662a2884ff059b3aed25d6f88572a385d6975cdb17b922edb2330bae12618abeab5b8f01a2ddd7b4c94b62708ef2d7452892532b9b6db47120f07200ec4c77dff92348d960c8061d84d77a6cf1de0b79dfbd7c3da800de55f114bf82ad5b438513ab8921a550527ee9d00332dc4ee5db62e8ceda27905b6600d1	2026-11-21 17:38:10.582337+00	7	4
362c67ab-231b-438e-951a-a3758ca851a7	e40a84f2-ef40-46f8-8ff8-bedc0cddcbe0	clinic-000000010003	2025-04-01 06:35:06.330612+00	ddc99e19-0d01-8075-a8d2-beeaaa1ae8d2	ddc99e19-0d01-8075-a8d2-beeaaa1ae8d2	physician	000000010003	2025-04-01 06:34:59.706424+00	2025-05-01	f	{1}	{1}	\\x01000000126b194796393395947df94838e12a3c6d0b02f04a0b7c93586678d469e07236e3a85c1600bef25950092f327554d603f8ed54f15a2104d8743f496d896227c8dbea1ea74c79b112463a4d8319917227d6b3d3605f680783419c31f19bc2b0a677e9778f360e59a24ab1df3a22f38392486999901f1b31b9938e109d331afb5f7969e026951d064644f347a5e15e0a0405e04cc5320239c6202064314d29cc630777b8e52d36c9457f9ce54d7b26086e8bfb0d550ae77f5d1bc6b29bcea11bf1fe4407dfbf3efdd19d4768ca8baa18bbc65cd91198328d01c35e40ec38e1ede7ecdcb3	2026-11-21 17:38:10.582337+00	14	5
362c67ab-231b-438e-951a-a3758ca851a7	54e20cb2-2db2-4aee-880d-87bf6e3070be	clinic-000000010003	2025-03-26 14:06:29.53712+00	46972978-3861-8e69-9c10-480afeb2c3db	46972978-3861-8e69-9c10-480afeb2c3db	physician	000000010003	2025-03-26 14:06:23.501538+00	2025-04-25	f	{1}	{1}	\\x0100000012f260ab660e2b49a863f00aac32fee28dcfcdc0efee35a90be5b558dd59e50c943cfb84eb2c38cbca01ee80464a4fbfcfae1ff518e4757f69a8e3600c612a1df4cac0ce37dff861e511fa9be0a5654c8ab5c34546a538955ab51146f91eb54058684ef126246880387d70ece1da81cffd433368c3c6019ec44ba1c18de354bfac57ec5836f48c64d8a7f35e95b62b344929169ef425733905114e88d13ccea312d0d79d7ee73cf64c6463ccdf83b97612dba0227655917d0c0dc3e1725c9f2b2472da7c0ff969b27cfb398c10a9ac2883c9dbfff2be4369be9969018e12975b87b0772dd10c13bfbf1db50d3f7fc69b76bc9404e36902f255887adc9a0dca1ecc271b51af1c300f2fbd58e51234290d93014ac1c3	2026-11-21 17:38:10.582337+00	16	6
362c67ab-231b-438e-951a-a3758ca851a7	bff1bf95-8fdb-499a-bf3a-50ff495b8b49	clinic-000000010003	2025-03-03 12:16:13.765344+00	913e5d3b-476e-8d7d-9eae-d37720d2676d	913e5d3b-476e-8d7d-9eae-d37720d2676d	physician	000000010003	2025-03-03 12:16:00.303184+00	2026-03-03	t	{1}	{1}	\\x0100000012e54945b1588efb91218dfdd9a0254010e3ddeaea400fa81290ab58e4293bef6cd7eb6472dbe64c892cc753b02cd04b607d1c9f1492b2bc703a91ab945e68bb74fe12912e9ff4bcba1858e24d503dd44956d63f3954eb77eb548bf030680a4592f83fff9f66bfc369728749a682ee902baa6e277e74a569b8f69552424806873b1441e4c8b23d209068533581a6af0f8287640dfcce718c6d7710eedf71a659aed652410a8c304b8bd200a8a60b52a6557190b75b7aea15f530ec81177fa55703975130f4badd793e5b475403cc95ac021e921221ae5f049311eb5c9b942d0879630087fc2ddfa5b09468dda888d9df6f16a3	2026-11-21 17:38:10.582337+00	23	10
\.


--
-- Data for Name: record_set_aside; Type: TABLE DATA; Schema: records_v1; Owner: kartoteka_owner
--

COPY records_v1.record_set_aside (patient_id, event_id, publisher, occurred_at, entry_id, set_aside, said_by, reason, recorded_at, "position", version) FROM stdin;
50378dac-c433-4483-ac53-a83416ff9afb	d0797c56-4ae1-5525-9acf-387d6af4c8a1	kartoteka	2026-11-21 17:38:05.384+00	bb1c95a3-4644-826e-97e8-ed9b6eacc127	clinic.events.v1/3/3	clock	clock	2026-11-21 17:38:10.582337+00	26	15
50378dac-c433-4483-ac53-a83416ff9afb	11f09ba1-fd51-5e64-be03-4b89162238af	kartoteka	2026-11-21 17:38:05.384+00	d2e8fe31-099b-862f-aa9d-7ed1fa89834c	clinic.events.v1/3/5	unknown_schema	unknown_schema	2026-11-21 17:38:10.582337+00	27	16
50378dac-c433-4483-ac53-a83416ff9afb	7afcddd7-daed-53e3-b3d0-df2908b774b1	kartoteka	2026-11-21 17:38:05.384+00	0b3f617d-38e2-87ba-bcd5-9d00a3428fb3	clinic.events.v1/3/7	nothing	unreadable	2026-11-21 17:38:10.582337+00	28	17
50378dac-c433-4483-ac53-a83416ff9afb	424b75df-7da4-5daf-b74d-cc467e13ec59	kartoteka	2026-11-21 17:38:05.384+00	dfb927c1-f5b0-8602-ad65-b42a75365c14	clinic.events.v1/3/9	unknown	no_publisher	2026-11-21 17:38:10.582337+00	29	18
50378dac-c433-4483-ac53-a83416ff9afb	36cf6a27-f4a5-5aee-98fa-376684ae9879	kartoteka	2026-11-21 17:38:05.384+00	1c28fa62-7ae3-8f04-901e-276f98bd3463	clinic.events.v1/3/10	trailing_bytes	trailing_bytes	2026-11-21 17:38:10.582337+00	30	19
50378dac-c433-4483-ac53-a83416ff9afb	271c122f-d83a-5ade-8220-66cd176ccb96	kartoteka	2026-11-21 17:38:05.384+00	1cee4b32-ef92-805b-84cd-e21dd81f9273	clinic.events.v1/3/12	broken_text	broken_text	2026-11-21 17:38:10.582337+00	31	20
50378dac-c433-4483-ac53-a83416ff9afb	ed80e6f7-022a-56e7-aab3-a65ec84a7cd7	kartoteka	2026-11-21 17:38:05.384+00	53deffeb-8269-8de5-9f57-d633a0929804	clinic.events.v1/3/22	clinic-conflict	conflict	2026-11-21 17:38:10.582337+00	32	21
50378dac-c433-4483-ac53-a83416ff9afb	1e127a27-9a86-5df1-a847-f4e27d4484e3	kartoteka	2026-11-21 17:38:05.406+00	54524e15-0a7c-85c2-9cc0-63f4b533a563	clinic.events.v1/3/32	shape	shape	2026-11-21 17:38:10.582337+00	33	22
50378dac-c433-4483-ac53-a83416ff9afb	056019d3-1375-5fe7-8cd1-2a35b23a2d73	kartoteka	2026-11-21 17:38:05.406+00	c3e59674-caca-83a6-ac30-84926c4da873	clinic.events.v1/3/39	unreadable	unreadable	2026-11-21 17:38:10.582337+00	34	23
50378dac-c433-4483-ac53-a83416ff9afb	f96d4b7b-f24e-5c22-a0e2-d4b572dd4fe3	kartoteka	2026-11-21 17:38:05.378+00	0b40ed8f-0158-8d18-8f63-79a86d9128c4	zus.events.v1/3/0	wrong_topic	wrong_topic	2026-11-21 17:38:10.582337+00	35	24
\.


--
-- Data for Name: record_set_aside_closed; Type: TABLE DATA; Schema: records_v1; Owner: kartoteka_owner
--

COPY records_v1.record_set_aside_closed (patient_id, event_id, publisher, occurred_at, entry_id, set_aside, said_by, reason, how, recorded_at, "position", version) FROM stdin;
\.


--
-- Data for Name: vaccination_dose_closed; Type: TABLE DATA; Schema: records_v1; Owner: kartoteka_owner
--

COPY records_v1.vaccination_dose_closed (patient_id, event_id, publisher, occurred_at, entry_id, vaccination, visit, closed_at, provider, sealed, recorded_at, "position", version) FROM stdin;
\.


--
-- Data for Name: vaccination_dose_recorded; Type: TABLE DATA; Schema: records_v1; Owner: kartoteka_owner
--

COPY records_v1.vaccination_dose_recorded (patient_id, event_id, publisher, occurred_at, entry_id, vaccination, target_disease, dose_number, visit, given_at, provider, sealed, recorded_at, "position", version) FROM stdin;
\.


--
-- Data for Name: vaccination_limit; Type: TABLE DATA; Schema: records_v1; Owner: kartoteka_owner
--

COPY records_v1.vaccination_limit (target_disease, valid_from, valid_until, first_from_age, first_before_age, second_from_months, second_until_months) FROM stdin;
HPV	2023-06-01	2024-09-01	12	14	6	12
HPV	2024-09-01	\N	9	14	6	12
\.


--
-- Data for Name: viewing; Type: TABLE DATA; Schema: viewing; Owner: kartoteka_owner
--

COPY viewing.viewing (id, viewed_at, role_name, viewer, subject, kind, purpose, ground, reason) FROM stdin;
1	2026-11-21 17:38:13.516589+00	operator	operator:root	362c67ab-231b-438e-951a-a3758ca851a7	record	operation	operator	first release
\.


--
-- Name: quarantine_retry_id_seq; Type: SEQUENCE SET; Schema: records; Owner: kartoteka_owner
--

SELECT pg_catalog.setval('records.quarantine_retry_id_seq', 1, false);


--
-- Name: viewing_id_seq; Type: SEQUENCE SET; Schema: viewing; Owner: kartoteka_owner
--

SELECT pg_catalog.setval('viewing.viewing_id_seq', 1, true);


--
-- Name: bookmark bookmark_pkey; Type: CONSTRAINT; Schema: kernel; Owner: kartoteka_owner
--

ALTER TABLE ONLY kernel.bookmark
    ADD CONSTRAINT bookmark_pkey PRIMARY KEY (reader, topic, partition);


--
-- Name: worker worker_pkey; Type: CONSTRAINT; Schema: kernel; Owner: kartoteka_owner
--

ALTER TABLE ONLY kernel.worker
    ADD CONSTRAINT worker_pkey PRIMARY KEY (reader, owner);


--
-- Name: kartoteka_version kartoteka_version_pkc; Type: CONSTRAINT; Schema: public; Owner: kartoteka_owner
--

ALTER TABLE ONLY public.kartoteka_version
    ADD CONSTRAINT kartoteka_version_pkc PRIMARY KEY (version_num);


--
-- Name: active_version active_version_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.active_version
    ADD CONSTRAINT active_version_pkey PRIMARY KEY (projection);


--
-- Name: breaker breaker_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.breaker
    ADD CONSTRAINT breaker_pkey PRIMARY KEY (topic, partition, publisher);


--
-- Name: event event_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (originator_id, originator_version);


--
-- Name: gap_closing gap_closing_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.gap_closing
    ADD CONSTRAINT gap_closing_pkey PRIMARY KEY (set_aside);


--
-- Name: gap gap_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.gap
    ADD CONSTRAINT gap_pkey PRIMARY KEY (set_aside);


--
-- Name: inbox inbox_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (publisher, event_id);


--
-- Name: person person_account_id_key; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.person
    ADD CONSTRAINT person_account_id_key UNIQUE (account_id);


--
-- Name: person person_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (digest);


--
-- Name: quarantine_closing quarantine_closing_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.quarantine_closing
    ADD CONSTRAINT quarantine_closing_pkey PRIMARY KEY (topic, partition, record_offset);


--
-- Name: quarantine_retry quarantine_retry_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.quarantine_retry
    ADD CONSTRAINT quarantine_retry_pkey PRIMARY KEY (id);


--
-- Name: quarantined_bytes quarantined_bytes_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.quarantined_bytes
    ADD CONSTRAINT quarantined_bytes_pkey PRIMARY KEY (topic, partition, record_offset);


--
-- Name: quarantined quarantined_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.quarantined
    ADD CONSTRAINT quarantined_pkey PRIMARY KEY (topic, partition, record_offset);


--
-- Name: relay_sent relay_sent_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.relay_sent
    ADD CONSTRAINT relay_sent_pkey PRIMARY KEY (partition);


--
-- Name: seal seal_first_position_key; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.seal
    ADD CONSTRAINT seal_first_position_key UNIQUE (first_position);


--
-- Name: seal seal_pkey; Type: CONSTRAINT; Schema: records; Owner: kartoteka_owner
--

ALTER TABLE ONLY records.seal
    ADD CONSTRAINT seal_pkey PRIMARY KEY (last_position);


--
-- Name: family_member_registered family_member_registered_pkey; Type: CONSTRAINT; Schema: records_v1; Owner: kartoteka_owner
--

ALTER TABLE ONLY records_v1.family_member_registered
    ADD CONSTRAINT family_member_registered_pkey PRIMARY KEY (patient_id, entry_id, event_id, publisher);


--
-- Name: insurance_title_opened insurance_title_opened_pkey; Type: CONSTRAINT; Schema: records_v1; Owner: kartoteka_owner
--

ALTER TABLE ONLY records_v1.insurance_title_opened
    ADD CONSTRAINT insurance_title_opened_pkey PRIMARY KEY (patient_id, entry_id, event_id, publisher);


--
-- Name: person_registered person_registered_pkey; Type: CONSTRAINT; Schema: records_v1; Owner: kartoteka_owner
--

ALTER TABLE ONLY records_v1.person_registered
    ADD CONSTRAINT person_registered_pkey PRIMARY KEY (patient_id, entry_id, event_id, publisher);


--
-- Name: prescription_cancelled prescription_cancelled_pkey; Type: CONSTRAINT; Schema: records_v1; Owner: kartoteka_owner
--

ALTER TABLE ONLY records_v1.prescription_cancelled
    ADD CONSTRAINT prescription_cancelled_pkey PRIMARY KEY (patient_id, entry_id, event_id, publisher);


--
-- Name: prescription_dispensed prescription_dispensed_pkey; Type: CONSTRAINT; Schema: records_v1; Owner: kartoteka_owner
--

ALTER TABLE ONLY records_v1.prescription_dispensed
    ADD CONSTRAINT prescription_dispensed_pkey PRIMARY KEY (patient_id, entry_id, event_id, publisher);


--
-- Name: prescription_issued prescription_issued_pkey; Type: CONSTRAINT; Schema: records_v1; Owner: kartoteka_owner
--

ALTER TABLE ONLY records_v1.prescription_issued
    ADD CONSTRAINT prescription_issued_pkey PRIMARY KEY (patient_id, entry_id, event_id, publisher);


--
-- Name: record_set_aside_closed record_set_aside_closed_pkey; Type: CONSTRAINT; Schema: records_v1; Owner: kartoteka_owner
--

ALTER TABLE ONLY records_v1.record_set_aside_closed
    ADD CONSTRAINT record_set_aside_closed_pkey PRIMARY KEY (patient_id, entry_id, event_id, publisher);


--
-- Name: record_set_aside record_set_aside_pkey; Type: CONSTRAINT; Schema: records_v1; Owner: kartoteka_owner
--

ALTER TABLE ONLY records_v1.record_set_aside
    ADD CONSTRAINT record_set_aside_pkey PRIMARY KEY (patient_id, entry_id, event_id, publisher);


--
-- Name: vaccination_dose_closed vaccination_dose_closed_pkey; Type: CONSTRAINT; Schema: records_v1; Owner: kartoteka_owner
--

ALTER TABLE ONLY records_v1.vaccination_dose_closed
    ADD CONSTRAINT vaccination_dose_closed_pkey PRIMARY KEY (patient_id, entry_id, event_id, publisher);


--
-- Name: vaccination_dose_recorded vaccination_dose_recorded_pkey; Type: CONSTRAINT; Schema: records_v1; Owner: kartoteka_owner
--

ALTER TABLE ONLY records_v1.vaccination_dose_recorded
    ADD CONSTRAINT vaccination_dose_recorded_pkey PRIMARY KEY (patient_id, entry_id, event_id, publisher);


--
-- Name: vaccination_limit vaccination_limit_pkey; Type: CONSTRAINT; Schema: records_v1; Owner: kartoteka_owner
--

ALTER TABLE ONLY records_v1.vaccination_limit
    ADD CONSTRAINT vaccination_limit_pkey PRIMARY KEY (target_disease, valid_from);


--
-- Name: viewing viewing_pkey; Type: CONSTRAINT; Schema: viewing; Owner: kartoteka_owner
--

ALTER TABLE ONLY viewing.viewing
    ADD CONSTRAINT viewing_pkey PRIMARY KEY (id);


--
-- Name: event_notification_id_idx; Type: INDEX; Schema: records; Owner: kartoteka_owner
--

CREATE UNIQUE INDEX event_notification_id_idx ON records.event USING btree (notification_id);


--
-- Name: gap_patient; Type: INDEX; Schema: records; Owner: kartoteka_owner
--

CREATE INDEX gap_patient ON records.gap USING btree (patient_id);


--
-- Name: person_patient; Type: INDEX; Schema: records; Owner: kartoteka_owner
--

CREATE INDEX person_patient ON records.person USING btree (patient_id);


--
-- Name: quarantine_retry_place; Type: INDEX; Schema: records; Owner: kartoteka_owner
--

CREATE INDEX quarantine_retry_place ON records.quarantine_retry USING btree (topic, partition, record_offset, id);


--
-- Name: quarantined_digest; Type: INDEX; Schema: records; Owner: kartoteka_owner
--

CREATE INDEX quarantined_digest ON records.quarantined USING btree (digest);


--
-- Name: viewing_by_subject; Type: INDEX; Schema: viewing; Owner: kartoteka_owner
--

CREATE INDEX viewing_by_subject ON viewing.viewing USING btree (subject, viewed_at);


--
-- Name: bookmark anybody_reads; Type: POLICY; Schema: kernel; Owner: kartoteka_owner
--

CREATE POLICY anybody_reads ON kernel.bookmark FOR SELECT USING (true);


--
-- Name: worker anybody_reads; Type: POLICY; Schema: kernel; Owner: kartoteka_owner
--

CREATE POLICY anybody_reads ON kernel.worker FOR SELECT USING (true);


--
-- Name: bookmark; Type: ROW SECURITY; Schema: kernel; Owner: kartoteka_owner
--

ALTER TABLE kernel.bookmark ENABLE ROW LEVEL SECURITY;

--
-- Name: worker own_rows; Type: POLICY; Schema: kernel; Owner: kartoteka_owner
--

CREATE POLICY own_rows ON kernel.worker USING ((role_name = CURRENT_USER)) WITH CHECK (((role_name = CURRENT_USER) AND kernel.is_mine(reader)));


--
-- Name: bookmark own_rows_born; Type: POLICY; Schema: kernel; Owner: kartoteka_owner
--

CREATE POLICY own_rows_born ON kernel.bookmark FOR INSERT WITH CHECK (((role_name = CURRENT_USER) AND kernel.is_mine(reader)));


--
-- Name: bookmark own_rows_move; Type: POLICY; Schema: kernel; Owner: kartoteka_owner
--

CREATE POLICY own_rows_move ON kernel.bookmark FOR UPDATE USING ((role_name = CURRENT_USER)) WITH CHECK (((role_name = CURRENT_USER) AND kernel.is_mine(reader)));


--
-- Name: worker; Type: ROW SECURITY; Schema: kernel; Owner: kartoteka_owner
--

ALTER TABLE kernel.worker ENABLE ROW LEVEL SECURITY;

--
-- Name: SCHEMA kernel; Type: ACL; Schema: -; Owner: kartoteka_owner
--

GRANT USAGE ON SCHEMA kernel TO records_ingest;
GRANT USAGE ON SCHEMA kernel TO records_relay;
GRANT USAGE ON SCHEMA kernel TO records_projection;
GRANT USAGE ON SCHEMA kernel TO operator;


--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: pg_database_owner
--

GRANT CREATE ON SCHEMA public TO kartoteka_owner;


--
-- Name: SCHEMA records; Type: ACL; Schema: -; Owner: kartoteka_owner
--

GRANT USAGE ON SCHEMA records TO records_ingest;
GRANT USAGE ON SCHEMA records TO records_relay;
GRANT USAGE ON SCHEMA records TO records_projection;
GRANT USAGE ON SCHEMA records TO operator;


--
-- Name: SCHEMA records_door; Type: ACL; Schema: -; Owner: kartoteka_owner
--

GRANT USAGE ON SCHEMA records_door TO records_ingest;
GRANT USAGE ON SCHEMA records_door TO records_relay;
GRANT USAGE ON SCHEMA records_door TO records_projection;
GRANT USAGE ON SCHEMA records_door TO operator;


--
-- Name: SCHEMA records_v1; Type: ACL; Schema: -; Owner: kartoteka_owner
--

GRANT USAGE ON SCHEMA records_v1 TO records_projection;


--
-- Name: SCHEMA viewing; Type: ACL; Schema: -; Owner: kartoteka_owner
--

GRANT USAGE ON SCHEMA viewing TO records_ingest;
GRANT USAGE ON SCHEMA viewing TO records_relay;
GRANT USAGE ON SCHEMA viewing TO records_projection;
GRANT USAGE ON SCHEMA viewing TO operator;


--
-- Name: FUNCTION active_version(projection text); Type: ACL; Schema: records_door; Owner: kartoteka_owner
--

REVOKE ALL ON FUNCTION records_door.active_version(projection text) FROM PUBLIC;
GRANT ALL ON FUNCTION records_door.active_version(projection text) TO operator;


--
-- Name: FUNCTION behind_seconds(complete_to bigint); Type: ACL; Schema: records_door; Owner: kartoteka_owner
--

REVOKE ALL ON FUNCTION records_door.behind_seconds(complete_to bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION records_door.behind_seconds(complete_to bigint) TO operator;


--
-- Name: FUNCTION complete_to(reader text); Type: ACL; Schema: records_door; Owner: kartoteka_owner
--

REVOKE ALL ON FUNCTION records_door.complete_to(reader text) FROM PUBLIC;
GRANT ALL ON FUNCTION records_door.complete_to(reader text) TO operator;


--
-- Name: FUNCTION event_hash("position" bigint); Type: ACL; Schema: records_door; Owner: kartoteka_owner
--

REVOKE ALL ON FUNCTION records_door.event_hash("position" bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION records_door.event_hash("position" bigint) TO records_ingest;
GRANT ALL ON FUNCTION records_door.event_hash("position" bigint) TO records_relay;
GRANT ALL ON FUNCTION records_door.event_hash("position" bigint) TO records_projection;
GRANT ALL ON FUNCTION records_door.event_hash("position" bigint) TO operator;


--
-- Name: FUNCTION next_dose(patient uuid, asked_on date, known_at timestamp with time zone); Type: ACL; Schema: records_door; Owner: kartoteka_owner
--

REVOKE ALL ON FUNCTION records_door.next_dose(patient uuid, asked_on date, known_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION records_door.next_dose(patient uuid, asked_on date, known_at timestamp with time zone) TO operator;


--
-- Name: FUNCTION outcome_of(said_by text, event_id uuid); Type: ACL; Schema: records_door; Owner: kartoteka_owner
--

REVOKE ALL ON FUNCTION records_door.outcome_of(said_by text, event_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION records_door.outcome_of(said_by text, event_id uuid) TO operator;


--
-- Name: FUNCTION patient_by_account(account_id text); Type: ACL; Schema: records_door; Owner: kartoteka_owner
--

REVOKE ALL ON FUNCTION records_door.patient_by_account(account_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION records_door.patient_by_account(account_id text) TO operator;


--
-- Name: FUNCTION patient_by_digest(digest bytea); Type: ACL; Schema: records_door; Owner: kartoteka_owner
--

REVOKE ALL ON FUNCTION records_door.patient_by_digest(digest bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION records_door.patient_by_digest(digest bytea) TO operator;


--
-- Name: FUNCTION patient_known(patient uuid); Type: ACL; Schema: records_door; Owner: kartoteka_owner
--

REVOKE ALL ON FUNCTION records_door.patient_known(patient uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION records_door.patient_known(patient uuid) TO operator;


--
-- Name: FUNCTION purge_closed_bytes(); Type: ACL; Schema: records_door; Owner: kartoteka_owner
--

REVOKE ALL ON FUNCTION records_door.purge_closed_bytes() FROM PUBLIC;
GRANT ALL ON FUNCTION records_door.purge_closed_bytes() TO records_ingest;


--
-- Name: FUNCTION timeline(patient uuid, known_at timestamp with time zone); Type: ACL; Schema: records_door; Owner: kartoteka_owner
--

REVOKE ALL ON FUNCTION records_door.timeline(patient uuid, known_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION records_door.timeline(patient uuid, known_at timestamp with time zone) TO operator;


--
-- Name: TABLE prescription_dispensed; Type: ACL; Schema: records_v1; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records_v1.prescription_dispensed TO records_projection;


--
-- Name: TABLE person_registered; Type: ACL; Schema: records_v1; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records_v1.person_registered TO records_projection;


--
-- Name: TABLE prescription_cancelled; Type: ACL; Schema: records_v1; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records_v1.prescription_cancelled TO records_projection;


--
-- Name: TABLE prescription_issued; Type: ACL; Schema: records_v1; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records_v1.prescription_issued TO records_projection;


--
-- Name: TABLE family_member_registered; Type: ACL; Schema: records_v1; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records_v1.family_member_registered TO records_projection;


--
-- Name: TABLE record_set_aside; Type: ACL; Schema: records_v1; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records_v1.record_set_aside TO records_projection;


--
-- Name: TABLE record_set_aside_closed; Type: ACL; Schema: records_v1; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records_v1.record_set_aside_closed TO records_projection;


--
-- Name: TABLE insurance_title_opened; Type: ACL; Schema: records_v1; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records_v1.insurance_title_opened TO records_projection;


--
-- Name: TABLE vaccination_dose_closed; Type: ACL; Schema: records_v1; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records_v1.vaccination_dose_closed TO records_projection;


--
-- Name: TABLE vaccination_dose_recorded; Type: ACL; Schema: records_v1; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records_v1.vaccination_dose_recorded TO records_projection;


--
-- Name: TABLE vaccination_limit; Type: ACL; Schema: records_v1; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records_v1.vaccination_limit TO records_projection;


--
-- Name: FUNCTION record(viewer text, subject uuid, kind text, purpose text, ground text, reason text); Type: ACL; Schema: viewing; Owner: kartoteka_owner
--

REVOKE ALL ON FUNCTION viewing.record(viewer text, subject uuid, kind text, purpose text, ground text, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION viewing.record(viewer text, subject uuid, kind text, purpose text, ground text, reason text) TO records_ingest;
GRANT ALL ON FUNCTION viewing.record(viewer text, subject uuid, kind text, purpose text, ground text, reason text) TO records_relay;
GRANT ALL ON FUNCTION viewing.record(viewer text, subject uuid, kind text, purpose text, ground text, reason text) TO records_projection;
GRANT ALL ON FUNCTION viewing.record(viewer text, subject uuid, kind text, purpose text, ground text, reason text) TO operator;


--
-- Name: TABLE bookmark; Type: ACL; Schema: kernel; Owner: kartoteka_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE kernel.bookmark TO records_ingest;
GRANT SELECT,INSERT,UPDATE ON TABLE kernel.bookmark TO records_relay;
GRANT SELECT,INSERT,UPDATE ON TABLE kernel.bookmark TO records_projection;
GRANT SELECT ON TABLE kernel.bookmark TO operator;


--
-- Name: TABLE worker; Type: ACL; Schema: kernel; Owner: kartoteka_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.worker TO records_ingest;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.worker TO records_relay;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.worker TO records_projection;
GRANT SELECT ON TABLE kernel.worker TO operator;


--
-- Name: TABLE active_version; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT ON TABLE records.active_version TO records_projection;
GRANT SELECT ON TABLE records.active_version TO operator;


--
-- Name: TABLE breaker; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE records.breaker TO records_ingest;
GRANT SELECT ON TABLE records.breaker TO operator;


--
-- Name: TABLE event; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT,INSERT,MAINTAIN ON TABLE records.event TO records_ingest;
GRANT SELECT ON TABLE records.event TO records_relay;
GRANT SELECT ON TABLE records.event TO operator;


--
-- Name: TABLE gap; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records.gap TO records_ingest;


--
-- Name: TABLE gap_closing; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records.gap_closing TO records_ingest;


--
-- Name: TABLE gap_open; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT ON TABLE records.gap_open TO records_ingest;
GRANT SELECT ON TABLE records.gap_open TO operator;


--
-- Name: TABLE inbox; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records.inbox TO records_ingest;
GRANT SELECT ON TABLE records.inbox TO operator;


--
-- Name: TABLE person; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records.person TO records_ingest;
GRANT SELECT ON TABLE records.person TO operator;


--
-- Name: TABLE quarantine_closing; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records.quarantine_closing TO records_ingest;
GRANT SELECT ON TABLE records.quarantine_closing TO operator;


--
-- Name: TABLE quarantine_retry; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records.quarantine_retry TO records_ingest;


--
-- Name: TABLE quarantined; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records.quarantined TO records_ingest;
GRANT SELECT ON TABLE records.quarantined TO operator;


--
-- Name: TABLE quarantine_open; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT ON TABLE records.quarantine_open TO records_ingest;
GRANT SELECT ON TABLE records.quarantine_open TO operator;


--
-- Name: TABLE quarantined_bytes; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records.quarantined_bytes TO records_ingest;


--
-- Name: TABLE relay_sent; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE records.relay_sent TO records_relay;
GRANT SELECT ON TABLE records.relay_sent TO operator;


--
-- Name: TABLE seal; Type: ACL; Schema: records; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE records.seal TO records_ingest;
GRANT SELECT ON TABLE records.seal TO records_relay;
GRANT SELECT ON TABLE records.seal TO operator;


--
-- PostgreSQL database dump complete
--

\unrestrict HLY5uuFahsuQfrgPNlGc1sODzh1SxLIPdEtSJ53LdMbyumy5pmN4fvG1fD5RIlK

