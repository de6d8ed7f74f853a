--
-- PostgreSQL database dump
--

\restrict aP0g0SFDBDS5X7YMe12OyVKmpDHzVc8gKl6gCAgcHqUpbygWfdT1ewTgJnbKKTX

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
-- Name: keys; Type: SCHEMA; Schema: -; Owner: kartoteka_owner
--

CREATE SCHEMA keys;


ALTER SCHEMA keys OWNER TO kartoteka_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: key_file; Type: TABLE; Schema: keys; Owner: kartoteka_owner
--

CREATE TABLE keys.key_file (
    name text NOT NULL,
    fingerprint bytea NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT key_file_fingerprint_check CHECK ((length(fingerprint) = 32))
);


ALTER TABLE keys.key_file OWNER TO kartoteka_owner;

--
-- Name: patient_key; Type: TABLE; Schema: keys; Owner: kartoteka_owner
--

CREATE TABLE keys.patient_key (
    patient_id uuid NOT NULL,
    wrapped bytea,
    master_key text NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    destroyed_at timestamp with time zone,
    CONSTRAINT patient_key_check CHECK (((wrapped IS NULL) = (destroyed_at IS NOT NULL)))
);


ALTER TABLE keys.patient_key OWNER TO kartoteka_owner;

--
-- Data for Name: key_file; Type: TABLE DATA; Schema: keys; Owner: kartoteka_owner
--

COPY keys.key_file (name, fingerprint, made_at) FROM stdin;
index.key	\\x01454426cfd92624ce3a41da7591bbd38bb44c9c5dbe178235d1b2c1cbb6c48c	2026-11-21 17:38:04.461963+00
master.key	\\xa518ab899dc425deb3d60b102f3e3ec4dec09f04880bb4f6ffec47783f84bcd5	2026-11-21 17:38:04.461963+00
service.key	\\x602d10eda83d643dd51551db301bbc4d0dd4505fa807cca1ce94cc2481cf89df	2026-11-21 17:38:04.461963+00
\.


--
-- Data for Name: patient_key; Type: TABLE DATA; Schema: keys; Owner: kartoteka_owner
--

COPY keys.patient_key (patient_id, wrapped, master_key, made_at, destroyed_at) FROM stdin;
362c67ab-231b-438e-951a-a3758ca851a7	\\x61b11860e732d2632d90a95b8484ec3ad42f025eb8aff77232c35c718af886e754a88f53ea9cc9e15c58787a67b30c601d2ef211f57fbb9df907ad4c	master	2026-11-21 17:38:10.549586+00	\N
50378dac-c433-4483-ac53-a83416ff9afb	\\x4998cc22f6c54d9c6197dc720f306370e657293475afa8ee8ff9dea0f1f504d2dcc479ad483109bea18ba55ab911b7eb353afd79732fdfc6c625a44f	master	2026-11-21 17:38:10.549586+00	\N
\.


--
-- Name: key_file key_file_pkey; Type: CONSTRAINT; Schema: keys; Owner: kartoteka_owner
--

ALTER TABLE ONLY keys.key_file
    ADD CONSTRAINT key_file_pkey PRIMARY KEY (name);


--
-- Name: patient_key patient_key_pkey; Type: CONSTRAINT; Schema: keys; Owner: kartoteka_owner
--

ALTER TABLE ONLY keys.patient_key
    ADD CONSTRAINT patient_key_pkey PRIMARY KEY (patient_id);


--
-- Name: SCHEMA keys; Type: ACL; Schema: -; Owner: kartoteka_owner
--

GRANT USAGE ON SCHEMA keys TO records_ingest;
GRANT USAGE ON SCHEMA keys TO operator;


--
-- Name: TABLE patient_key; Type: ACL; Schema: keys; Owner: kartoteka_owner
--

GRANT SELECT,INSERT ON TABLE keys.patient_key TO records_ingest;
GRANT SELECT ON TABLE keys.patient_key TO operator;


--
-- PostgreSQL database dump complete
--

\unrestrict aP0g0SFDBDS5X7YMe12OyVKmpDHzVc8gKl6gCAgcHqUpbygWfdT1ewTgJnbKKTX

