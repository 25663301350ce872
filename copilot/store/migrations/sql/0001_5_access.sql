-- Who may do what: row security by organisation for everybody, the least for the application, a few lookups before an
-- organisation is known.

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['organisation', 'person', 'clinic', 'clinic_drafts', 'clinic_person', 'public_fact',
    'roster_entry', 'post', 'submission', 'proposal', 'offer', 'caution_answer', 'decision', 'reply', 'publication',
    'api_key', 'session', 'sign_in_link'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY one_organisation ON %I
                    USING (organisation_id = (SELECT current_organisation()))
                    WITH CHECK (organisation_id = (SELECT current_organisation()))', name);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO havblik_app', name);
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA public TO havblik_app, havblik_lookup;
GRANT SELECT ON proposal_step TO havblik_app;
GRANT UPDATE (name, model_consent_at, model_consent_by) ON organisation TO havblik_app;
GRANT UPDATE (name, email, language) ON person TO havblik_app;
GRANT UPDATE (name, profile, version) ON clinic TO havblik_app;
GRANT UPDATE (begun) ON clinic_drafts TO havblik_app;
GRANT UPDATE (role), DELETE ON clinic_person TO havblik_app;
GRANT UPDATE (approved_by, approved_at, withdrawn_at) ON public_fact TO havblik_app;
GRANT DELETE ON roster_entry TO havblik_app;
GRANT UPDATE ON proposal TO havblik_app;
GRANT UPDATE (state) ON offer TO havblik_app;
GRANT UPDATE (voided_at) ON reply TO havblik_app;
GRANT UPDATE (revoked_at) ON api_key TO havblik_app;
GRANT UPDATE (expires_at, ended_at) ON session TO havblik_app;

-- One statement begun and committed by the server: the clinic's row is locked for no longer than that.
CREATE FUNCTION begin_draft(of_organisation uuid, of_clinic uuid) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  nth integer;
BEGIN
  PERFORM set_config('havblik.organisation', of_organisation::text, true), set_config('synchronous_commit', 'off', true);
  INSERT INTO public.clinic_drafts AS one (clinic_id, begun) VALUES (of_clinic, 1)
  ON CONFLICT (organisation_id, clinic_id) DO UPDATE SET begun = one.begun + 1
  RETURNING begun - 1 INTO nth;
  RETURN nth;
END
$$;

-- As above, for the answer to every post. Whether it is new: one that is there already stays as it is. It waits for the
-- disk, and with it the count above: an id that was told is known after a crash too.
CREATE FUNCTION add_proposal(
  of_organisation uuid, of_post uuid, of_clinic uuid, its_nth integer, its_kind text, its_severity integer,
  its_deadline timestamptz, its_triage jsonb, its_plan jsonb, its_text text, its_language text, its_origin text,
  its_screening jsonb, its_error text, at timestamptz
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('havblik.organisation', of_organisation::text, true);
  INSERT INTO public.proposal (proposal_id, clinic_id, nth, kind, severity, deadline, triage, plan, draft_text,
                               draft_language, draft_origin, screening, error, created_at, updated_at)
  VALUES (of_post, of_clinic, its_nth, its_kind, its_severity, its_deadline, its_triage, its_plan, its_text,
          its_language, its_origin, its_screening, its_error, at, at)
  ON CONFLICT DO NOTHING;
  RETURN FOUND;
END
$$;

GRANT CREATE ON SCHEMA public TO havblik_lookup;
GRANT SELECT ON api_key, session, sign_in_link, proposal, post TO havblik_lookup;
GRANT UPDATE (used_at) ON sign_in_link TO havblik_lookup;
SET ROLE havblik_lookup;

CREATE FUNCTION lookup_key(secret_sha256 text)
  RETURNS TABLE (organisation_id uuid, key_id uuid, kind text, person_id uuid, clinics text[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT organisation_id, key_id, kind, person_id, clinics FROM public.api_key
  WHERE sha256 = secret_sha256 AND revoked_at IS NULL
$$;

CREATE FUNCTION lookup_session(secret_sha256 text, at timestamptz)
  RETURNS TABLE (organisation_id uuid, session_id uuid, person_id uuid, csrf text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT organisation_id, session_id, person_id, csrf FROM public.session
  WHERE sha256 = secret_sha256 AND ended_at IS NULL AND expires_at > at
$$;

-- The UPDATE takes the row's lock and looks again: of two at once, one finds it used.
CREATE FUNCTION redeem_sign_in_link(secret_sha256 text, at timestamptz)
  RETURNS TABLE (organisation_id uuid, person_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.sign_in_link SET used_at = at
  WHERE sha256 = secret_sha256 AND used_at IS NULL AND expires_at > at
  RETURNING organisation_id, person_id
$$;

CREATE FUNCTION organisations_with_due_work(at timestamptz)
  RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT organisation_id FROM public.proposal
  WHERE state IN ('held', 'silenced') AND coalesce(held_until, review_at) <= at
  UNION
  SELECT organisation_id FROM public.post
  WHERE received_at BETWEEN at - interval '7 days' AND at - interval '1 minute'
    AND NOT EXISTS (SELECT FROM public.proposal WHERE proposal.organisation_id = post.organisation_id
                    AND proposal_id = post_id)
$$;

REVOKE ALL ON FUNCTION lookup_key, lookup_session, redeem_sign_in_link, organisations_with_due_work FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lookup_key, lookup_session, redeem_sign_in_link, organisations_with_due_work TO havblik_app;

SET ROLE havblik_owner;
REVOKE CREATE ON SCHEMA public FROM havblik_lookup;
