-- What comes in, what waits, what people decide, what goes out.

CREATE TABLE post (
  organisation_id uuid NOT NULL DEFAULT current_organisation(),
  post_id         uuid NOT NULL DEFAULT uuidv7(),
  clinic_id       uuid NOT NULL,
  text            text NOT NULL CHECK (text <> ''),
  author          text NOT NULL,
  platform        text NOT NULL,
  external_id     text NOT NULL,                -- empty where the platform gave none
  url             text NOT NULL,
  thread          jsonb NOT NULL,
  posted_at       timestamptz,
  rating          smallint,
  captured_by     text NOT NULL,
  case_ref        text NOT NULL,
  received_at     timestamptz NOT NULL,
  sha256          text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),       -- of everything public in it
  same_text       text NOT NULL CHECK (same_text ~ '^[0-9a-f]{64}$'),    -- of folded text and author
  PRIMARY KEY (organisation_id, post_id),
  UNIQUE (organisation_id, post_id, clinic_id),
  FOREIGN KEY (organisation_id, clinic_id) REFERENCES clinic
);
CREATE UNIQUE INDEX post_external ON post (organisation_id, clinic_id, platform, external_id) WHERE external_id <> '';
CREATE INDEX post_same_text ON post (organisation_id, clinic_id, same_text, received_at);
CREATE INDEX post_case ON post (organisation_id, case_ref, received_at) WHERE case_ref <> '';
CREATE INDEX post_received ON post (received_at);

CREATE TABLE submission (
  organisation_id uuid NOT NULL DEFAULT current_organisation(),
  submission_id   uuid NOT NULL DEFAULT uuidv7(),
  post_id         uuid NOT NULL,
  captured_by     text NOT NULL,
  received_at     timestamptz NOT NULL,
  sha256          text NOT NULL,
  content         jsonb,                        -- what came in, where it is not byte for byte the post
  PRIMARY KEY (organisation_id, submission_id),
  FOREIGN KEY (organisation_id, post_id) REFERENCES post
);
CREATE INDEX submission_post ON submission (organisation_id, post_id);

-- One proposal a post, under the post's id: one that a crash undid comes back under the id that was told.
CREATE TABLE proposal (
  organisation_id uuid NOT NULL DEFAULT current_organisation(),
  proposal_id     uuid NOT NULL,
  clinic_id       uuid NOT NULL,
  nth             integer NOT NULL,
  state           text NOT NULL DEFAULT 'waiting' CHECK (state IN
                    ('waiting', 'held', 'approved', 'published', 'rejected', 'silenced', 'moderated', 'superseded')),
  version         integer NOT NULL DEFAULT 1,
  kind            text NOT NULL DEFAULT '',
  severity        smallint NOT NULL CHECK (severity BETWEEN 0 AND 3),
  deadline        timestamptz NOT NULL,
  triage          jsonb,
  plan            jsonb,
  draft_text      text,
  draft_language  text NOT NULL DEFAULT '',
  draft_origin    text NOT NULL DEFAULT '',
  draft_sha256    text GENERATED ALWAYS AS (sha256_hex(draft_text)) STORED,
  screening       jsonb,
  verdict         text GENERATED ALWAYS AS (screening ->> 'verdict') STORED,
  error           text NOT NULL DEFAULT '',
  held_until      timestamptz,
  review_at       timestamptz,
  owner_id        uuid,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, proposal_id),
  FOREIGN KEY (organisation_id, proposal_id, clinic_id) REFERENCES post (organisation_id, post_id, clinic_id),
  FOREIGN KEY (organisation_id, owner_id) REFERENCES person,
  CHECK ((triage IS NULL) = (plan IS NULL)),
  CHECK ((draft_text IS NULL) = (screening IS NULL)),
  CHECK (draft_text IS NOT NULL OR error <> ''),
  CONSTRAINT proposal_verdict_known CHECK (verdict IN ('pass', 'caution', 'block')),
  CONSTRAINT proposal_blocked_is_never_approved
    CHECK (state NOT IN ('approved', 'published') OR (verdict IS NOT NULL AND verdict <> 'block')),
  CHECK ((state = 'held') = (held_until IS NOT NULL)),
  CHECK ((state = 'silenced') = (review_at IS NOT NULL AND owner_id IS NOT NULL))
);
CREATE INDEX proposal_queue ON proposal (organisation_id, (-severity), deadline, proposal_id)
  WHERE state IN ('waiting', 'held', 'silenced');
CREATE INDEX proposal_clinic ON proposal (organisation_id, clinic_id, (-severity), deadline, proposal_id);
CREATE INDEX proposal_due ON proposal (coalesce(held_until, review_at)) WHERE state IN ('held', 'silenced');

CREATE TABLE offer (
  organisation_id uuid NOT NULL DEFAULT current_organisation(),
  offer_id        uuid NOT NULL DEFAULT uuidv7(),
  proposal_id     uuid NOT NULL,
  text            text NOT NULL,
  language        text NOT NULL,
  origin          text NOT NULL,
  screening       jsonb,
  recommended     boolean NOT NULL DEFAULT false,
  second_kind     text NOT NULL DEFAULT '',
  second_reason   text NOT NULL DEFAULT '',
  changes_plan    boolean NOT NULL DEFAULT false,
  state           text NOT NULL CHECK (state IN ('offered', 'taken', 'declined', 'stale', 'failed')),
  error           text NOT NULL DEFAULT '',
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, offer_id),
  FOREIGN KEY (organisation_id, proposal_id) REFERENCES proposal,
  CHECK ((state = 'failed') = (screening IS NULL)),
  CHECK ((state = 'failed') = (error <> '')),
  CHECK (NOT recommended OR screening ->> 'verdict' = 'pass')
);

-- The job may run twice; what failed may succeed the next time.
CREATE UNIQUE INDEX offer_once ON offer (organisation_id, proposal_id, origin) WHERE state <> 'failed';
CREATE INDEX offer_proposal ON offer (organisation_id, proposal_id);

CREATE TABLE caution_answer (
  organisation_id uuid NOT NULL DEFAULT current_organisation(),
  answer_id       uuid NOT NULL DEFAULT uuidv7(),
  proposal_id     uuid NOT NULL,
  text_sha256     text NOT NULL,
  rule            text NOT NULL,
  start_at        integer NOT NULL,
  end_at          integer NOT NULL,
  sentence        text NOT NULL,
  answer          text NOT NULL CHECK (answer IN ('fine', 'change')),
  note            text NOT NULL,
  person_id       uuid NOT NULL,
  at              timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, answer_id),
  FOREIGN KEY (organisation_id, proposal_id) REFERENCES proposal,
  FOREIGN KEY (organisation_id, person_id) REFERENCES person
);
CREATE INDEX caution_answer_proposal ON caution_answer (organisation_id, proposal_id, text_sha256);

CREATE TABLE decision (
  organisation_id  uuid NOT NULL DEFAULT current_organisation(),
  decision_id      uuid NOT NULL DEFAULT uuidv7(),
  proposal_id      uuid NOT NULL,
  verb             text NOT NULL CHECK (verb IN
                     ('edit', 'take_offer', 'approve', 'reject', 'hold', 'release', 'silence', 'moderate')),
  person_id        uuid NOT NULL,
  note             text NOT NULL,
  reason           text NOT NULL,
  based_on_state   text NOT NULL,
  based_on_version integer NOT NULL,
  text_sha256      text NOT NULL,               -- of the proposal's text after it; empty where there is none
  owner_id         uuid,
  review_at        timestamptz,
  house_rule       text NOT NULL,
  at               timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, decision_id),
  UNIQUE (organisation_id, proposal_id, based_on_version),   -- of two people at once, one wins
  FOREIGN KEY (organisation_id, proposal_id) REFERENCES proposal,
  FOREIGN KEY (organisation_id, person_id) REFERENCES person,
  FOREIGN KEY (organisation_id, owner_id) REFERENCES person,
  CHECK (verb <> 'reject' OR reason <> ''),
  CHECK (verb <> 'moderate' OR house_rule <> ''),
  CHECK (verb <> 'silence' OR (owner_id IS NOT NULL AND review_at IS NOT NULL)),
  CHECK (verb <> 'hold' OR review_at IS NOT NULL)
);

CREATE TABLE reply (
  organisation_id uuid NOT NULL DEFAULT current_organisation(),
  reply_id        uuid NOT NULL DEFAULT uuidv7(),
  proposal_id     uuid NOT NULL,
  decision_id     uuid NOT NULL,
  text            text NOT NULL CHECK (text <> ''),
  text_sha256     text NOT NULL CHECK (text_sha256 = sha256_hex(text)),
  post_sha256     text NOT NULL,
  platform        text NOT NULL,
  guard_version   text NOT NULL CHECK (guard_version <> ''),
  verdict         text NOT NULL CHECK (verdict IN ('pass', 'caution')),
  approved_by     uuid NOT NULL,
  approver_name   text NOT NULL CHECK (approver_name <> ''),
  approved_at     timestamptz NOT NULL,
  voided_at       timestamptz,
  PRIMARY KEY (organisation_id, reply_id),
  FOREIGN KEY (organisation_id, proposal_id) REFERENCES proposal,
  FOREIGN KEY (organisation_id, decision_id) REFERENCES decision,
  FOREIGN KEY (organisation_id, approved_by) REFERENCES person
);
CREATE UNIQUE INDEX reply_one_live ON reply (organisation_id, proposal_id) WHERE voided_at IS NULL;

CREATE TABLE publication (
  organisation_id uuid NOT NULL DEFAULT current_organisation(),
  publication_id  uuid NOT NULL DEFAULT uuidv7(),
  reply_id        uuid NOT NULL,
  text            text NOT NULL,
  url             text NOT NULL,
  state           text NOT NULL CHECK (state IN ('same', 'reformatted', 'drifted')),
  screening       jsonb,
  recorded_by     uuid,                         -- no person where an integration reports it
  at              timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, publication_id),
  FOREIGN KEY (organisation_id, reply_id) REFERENCES reply,
  FOREIGN KEY (organisation_id, recorded_by) REFERENCES person,
  CHECK ((state = 'drifted') = (screening IS NOT NULL))
);
CREATE INDEX publication_reply ON publication (organisation_id, reply_id);
