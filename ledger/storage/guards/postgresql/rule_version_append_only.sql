-- Rows of rule_version are written once, never changed, deleted nor replaced.
CREATE TRIGGER rule_version_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.rule_version
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
