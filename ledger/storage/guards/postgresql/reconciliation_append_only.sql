-- Rows of reconciliation are written once, never changed, deleted nor replaced.
CREATE TRIGGER reconciliation_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.reconciliation
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
