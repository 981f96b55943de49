-- Rows of scenario_grant are written once, never changed, deleted nor replaced.
CREATE TRIGGER scenario_grant_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.scenario_grant
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
