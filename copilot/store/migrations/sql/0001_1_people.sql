-- Organisations, people, clinics, what a clinic says in public, and what it never says.
-- Every key begins with the organisation: unique and foreign-key checks ignore row security.

CREATE FUNCTION current_organisation() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('havblik.organisation', true), '')::uuid;

CREATE FUNCTION sha256_hex(content text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN encode(sha256(convert_to(content, 'UTF8')), 'hex');

CREATE TABLE organisation (
  organisation_id  uuid PRIMARY KEY DEFAULT current_organisation(),
  name             text NOT NULL CHECK (name <> ''),
  model_consent_at timestamptz,
  model_consent_by uuid,
  created_at       timestamptz NOT NULL DEFAULT now(),
  CHECK ((model_consent_at IS NULL) = (model_consent_by IS NULL))
);

CREATE TABLE person (
  organisation_id uuid NOT NULL DEFAULT current_organisation() REFERENCES organisation,
  person_id       uuid NOT NULL DEFAULT uuidv7(),
  name            text NOT NULL CHECK (name <> ''),
  email           text NOT NULL CHECK (email <> ''),
  language        text NOT NULL DEFAULT 'da',
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, person_id),
  UNIQUE (organisation_id, email)
);

ALTER TABLE organisation ADD FOREIGN KEY (organisation_id, model_consent_by) REFERENCES person;

CREATE TABLE clinic (
  organisation_id uuid NOT NULL DEFAULT current_organisation() REFERENCES organisation,
  clinic_id       uuid NOT NULL DEFAULT uuidv7(),
  slug            text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name            text NOT NULL CHECK (name <> ''),
  profile         jsonb NOT NULL,               -- guards.context.Clinic; its public facts stand in public_fact
  version         integer NOT NULL DEFAULT 1,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, clinic_id),
  UNIQUE (organisation_id, slug)
);

-- How many drafts a clinic began: the n-th takes the n-th wording. Written for every post, so it stands by itself.
CREATE TABLE clinic_drafts (
  organisation_id uuid NOT NULL DEFAULT current_organisation(),
  clinic_id       uuid NOT NULL,
  begun           integer NOT NULL,
  PRIMARY KEY (organisation_id, clinic_id),
  FOREIGN KEY (organisation_id, clinic_id) REFERENCES clinic
) WITH (fillfactor = 20);

CREATE TABLE clinic_person (
  organisation_id uuid NOT NULL DEFAULT current_organisation(),
  clinic_id       uuid NOT NULL,
  person_id       uuid NOT NULL,
  role            text NOT NULL CHECK (role IN ('spokesperson', 'deputy', 'member')),
  PRIMARY KEY (organisation_id, clinic_id, person_id),
  FOREIGN KEY (organisation_id, clinic_id) REFERENCES clinic,
  FOREIGN KEY (organisation_id, person_id) REFERENCES person
);
-- One spokesperson, one message.
CREATE UNIQUE INDEX clinic_person_one_spokesperson ON clinic_person (organisation_id, clinic_id)
  WHERE role = 'spokesperson';

CREATE TABLE public_fact (
  organisation_id uuid NOT NULL DEFAULT current_organisation(),
  fact_id         uuid NOT NULL DEFAULT uuidv7(),
  clinic_id       uuid NOT NULL,
  text            text NOT NULL CHECK (text <> ''),
  language        text NOT NULL,
  approved_by     uuid,
  approved_at     timestamptz,
  withdrawn_at    timestamptz,
  PRIMARY KEY (organisation_id, fact_id),
  FOREIGN KEY (organisation_id, clinic_id) REFERENCES clinic,
  FOREIGN KEY (organisation_id, approved_by) REFERENCES person,
  CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);
CREATE UNIQUE INDEX public_fact_once ON public_fact (organisation_id, clinic_id, sha256_hex(text))
  WHERE withdrawn_at IS NULL;

-- Confidential: who works at the clinic. Never in the public lane.
CREATE TABLE roster_entry (
  organisation_id uuid NOT NULL DEFAULT current_organisation(),
  entry_id        uuid NOT NULL DEFAULT uuidv7(),
  clinic_id       uuid NOT NULL,
  name            text NOT NULL CHECK (name <> ''),
  role            text NOT NULL DEFAULT '',
  nicknames       text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (organisation_id, entry_id),
  FOREIGN KEY (organisation_id, clinic_id) REFERENCES clinic
);
CREATE INDEX roster_entry_clinic ON roster_entry (organisation_id, clinic_id);
