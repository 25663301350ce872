-- What nobody may do, whoever they are: evidence and decisions are never changed, and a reply is earned.

CREATE FUNCTION never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END
$$;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['post', 'submission', 'caution_answer', 'decision', 'publication'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_is_append_only BEFORE UPDATE OR DELETE ON %1$I
                    FOR EACH ROW EXECUTE FUNCTION never_changed()', name);
    EXECUTE format('ALTER TABLE %1$I ENABLE ALWAYS TRIGGER %1$s_is_append_only', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['post', 'submission', 'caution_answer', 'decision', 'publication', 'reply'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_is_never_emptied BEFORE TRUNCATE ON %1$I
                    FOR EACH STATEMENT EXECUTE FUNCTION never_changed()', name);
    EXECUTE format('ALTER TABLE %1$I ENABLE ALWAYS TRIGGER %1$s_is_never_emptied', name);
  END LOOP;
END
$$;

-- A reply is only ever voided, once.
CREATE TRIGGER reply_is_never_deleted BEFORE DELETE ON reply FOR EACH ROW EXECUTE FUNCTION never_changed();
ALTER TABLE reply ENABLE ALWAYS TRIGGER reply_is_never_deleted;

CREATE FUNCTION reply_only_voided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before reply := OLD;
BEGIN
  before.voided_at := NEW.voided_at;
  IF NEW IS DISTINCT FROM before OR OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL THEN
    RAISE EXCEPTION 'a reply is only voided' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER reply_is_only_voided BEFORE UPDATE ON reply FOR EACH ROW EXECUTE FUNCTION reply_only_voided();
ALTER TABLE reply ENABLE ALWAYS TRIGGER reply_is_only_voided;

-- Deciding is the spokesperson's and her deputy's; working on the text is any colleague's.
CREATE FUNCTION decision_by_right() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM clinic_person JOIN proposal USING (organisation_id, clinic_id)
    WHERE organisation_id = NEW.organisation_id AND proposal_id = NEW.proposal_id AND person_id = NEW.person_id
      AND (role IN ('spokesperson', 'deputy') OR NEW.verb IN ('edit', 'take_offer'))
  ) THEN
    RAISE EXCEPTION 'not a spokesperson or deputy' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER decision_is_by_right BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION decision_by_right();
ALTER TABLE decision ENABLE ALWAYS TRIGGER decision_is_by_right;

-- A reply is exactly the text that its approver decided on, not blocked, with every caution answered by a person.
CREATE FUNCTION reply_earned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held proposal;
BEGIN
  SELECT * INTO held FROM proposal WHERE organisation_id = NEW.organisation_id AND proposal_id = NEW.proposal_id;
  IF held.draft_text IS DISTINCT FROM NEW.text OR held.verdict IS NULL OR held.verdict = 'block'
    OR held.verdict <> NEW.verdict OR held.screening ->> 'guard_version' IS DISTINCT FROM NEW.guard_version
    OR NOT EXISTS (
      SELECT FROM decision
      WHERE organisation_id = NEW.organisation_id AND decision_id = NEW.decision_id
        AND proposal_id = NEW.proposal_id AND verb = 'approve' AND person_id = NEW.approved_by
        AND text_sha256 = NEW.text_sha256
    )
    OR EXISTS (
      SELECT FROM jsonb_array_elements(held.screening -> 'findings') AS finding
      WHERE finding ->> 'severity' <> 'caution' OR 'fine' IS DISTINCT FROM (
        SELECT answer FROM caution_answer AS said
        WHERE said.organisation_id = NEW.organisation_id AND said.proposal_id = NEW.proposal_id
          AND said.text_sha256 = NEW.text_sha256 AND said.rule = finding ->> 'rule'
          AND said.start_at = (finding ->> 'start')::integer AND said.end_at = (finding ->> 'end')::integer
        ORDER BY said.at DESC, said.answer_id DESC LIMIT 1
      )
    )
  THEN
    RAISE EXCEPTION 'nobody approved this text as it is' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER reply_is_earned BEFORE INSERT ON reply FOR EACH ROW EXECUTE FUNCTION reply_earned();
ALTER TABLE reply ENABLE ALWAYS TRIGGER reply_is_earned;

-- The states of a proposal, as docs/states.md draws them.
CREATE TABLE proposal_step (
  before text NOT NULL,
  after  text NOT NULL,
  PRIMARY KEY (before, after)
);
INSERT INTO proposal_step VALUES
  ('waiting', 'approved'), ('waiting', 'rejected'), ('waiting', 'silenced'), ('waiting', 'moderated'),
  ('waiting', 'superseded'), ('waiting', 'held'),
  ('held', 'waiting'), ('held', 'superseded'), ('held', 'rejected'), ('held', 'silenced'), ('held', 'moderated'),
  ('silenced', 'waiting'), ('silenced', 'superseded'),
  ('approved', 'waiting'), ('approved', 'published');

CREATE FUNCTION proposal_step_legal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  broken text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    broken := CASE WHEN NEW.state <> 'waiting' OR NEW.version <> 1 THEN 'proposal_begins_waiting' END;
  ELSE
    broken := CASE
      WHEN NEW.version <> OLD.version + 1 THEN 'proposal_version_counts'
      WHEN (NEW.organisation_id, NEW.proposal_id, NEW.clinic_id, NEW.nth, NEW.created_at)
        IS DISTINCT FROM (OLD.organisation_id, OLD.proposal_id, OLD.clinic_id, OLD.nth, OLD.created_at)
        THEN 'proposal_identity_stays'
      WHEN NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM proposal_step WHERE before = OLD.state AND after = NEW.state) THEN 'proposal_step_is_legal'
      WHEN NEW.draft_text IS DISTINCT FROM OLD.draft_text AND NEW.state NOT IN ('waiting', 'held')
        THEN 'proposal_text_is_settled'
    END;
  END IF;
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'the proposal may not become that' USING ERRCODE = 'check_violation', CONSTRAINT = broken;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER proposal_steps BEFORE INSERT OR UPDATE ON proposal
  FOR EACH ROW EXECUTE FUNCTION proposal_step_legal();
ALTER TABLE proposal ENABLE ALWAYS TRIGGER proposal_steps;
CREATE TRIGGER proposal_is_never_deleted BEFORE DELETE ON proposal FOR EACH ROW EXECUTE FUNCTION never_changed();
CREATE TRIGGER proposal_is_never_emptied BEFORE TRUNCATE ON proposal
  FOR EACH STATEMENT EXECUTE FUNCTION never_changed();

-- At the end of every transaction: approved or published, exactly where a live reply with the very text says so.
CREATE FUNCTION approval_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  live integer;
  held proposal;
BEGIN
  SELECT * INTO held FROM proposal WHERE organisation_id = NEW.organisation_id AND proposal_id = NEW.proposal_id;
  SELECT count(*) INTO live FROM reply
  WHERE organisation_id = NEW.organisation_id AND proposal_id = NEW.proposal_id AND voided_at IS NULL
    AND text = held.draft_text;
  IF (held.state IN ('approved', 'published')) <> (live = 1)
    OR EXISTS (SELECT FROM reply WHERE organisation_id = NEW.organisation_id AND proposal_id = NEW.proposal_id
               AND voided_at IS NULL AND text <> held.draft_text)
  THEN
    RAISE EXCEPTION 'an approval and its reply belong together'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_is_whole';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER approval_is_whole AFTER INSERT OR UPDATE ON reply
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION approval_whole();
CREATE CONSTRAINT TRIGGER approval_is_whole AFTER UPDATE ON proposal
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION approval_whole();

-- A clinic's version counts its facts too: a reader of the profile sees that it changed.
CREATE FUNCTION clinic_version_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE clinic SET version = version + 1
  WHERE organisation_id = NEW.organisation_id AND clinic_id = NEW.clinic_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER public_fact_counts AFTER INSERT OR UPDATE ON public_fact
  FOR EACH ROW EXECUTE FUNCTION clinic_version_counts();
