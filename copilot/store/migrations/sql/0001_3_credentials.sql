-- Keys, sessions, sign-in links: the SHA-256 of 256 random bits, never the secret.

CREATE TABLE api_key (
  organisation_id uuid NOT NULL DEFAULT current_organisation() REFERENCES organisation,
  key_id          uuid NOT NULL DEFAULT uuidv7(),
  sha256          text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  kind            text NOT NULL CHECK (kind IN ('integration', 'personal')),
  person_id       uuid,
  label           text NOT NULL,
  clinics         text[] NOT NULL DEFAULT '{}',
  created_at      timestamptz NOT NULL DEFAULT now(),
  revoked_at      timestamptz,
  PRIMARY KEY (organisation_id, key_id),
  UNIQUE (organisation_id, sha256),
  FOREIGN KEY (organisation_id, person_id) REFERENCES person,
  CONSTRAINT api_key_personal_has_a_person CHECK ((kind = 'personal') = (person_id IS NOT NULL))
);
CREATE INDEX api_key_sha256 ON api_key (sha256);

CREATE TABLE session (
  organisation_id uuid NOT NULL DEFAULT current_organisation() REFERENCES organisation,
  session_id      uuid NOT NULL DEFAULT uuidv7(),
  sha256          text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  person_id       uuid NOT NULL,
  csrf            text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL,
  ended_at        timestamptz,
  PRIMARY KEY (organisation_id, session_id),
  UNIQUE (organisation_id, sha256),
  FOREIGN KEY (organisation_id, person_id) REFERENCES person
);
CREATE INDEX session_sha256 ON session (sha256);

CREATE TABLE sign_in_link (
  organisation_id uuid NOT NULL DEFAULT current_organisation() REFERENCES organisation,
  link_id         uuid NOT NULL DEFAULT uuidv7(),
  sha256          text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  person_id       uuid NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL,
  used_at         timestamptz,
  PRIMARY KEY (organisation_id, link_id),
  UNIQUE (organisation_id, sha256),
  FOREIGN KEY (organisation_id, person_id) REFERENCES person
);
CREATE INDEX sign_in_link_sha256 ON sign_in_link (sha256);
