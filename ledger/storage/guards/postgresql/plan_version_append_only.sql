-- Rows of plan_version are written once, never changed, deleted nor replaced.
CREATE TRIGGER plan_version_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.plan_version
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
