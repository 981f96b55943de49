-- Rows of rule_waiver are written once, never changed, deleted nor replaced.
CREATE TRIGGER rule_waiver_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.rule_waiver
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
