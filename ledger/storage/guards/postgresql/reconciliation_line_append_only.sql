-- Rows of reconciliation_line are written once, never changed, deleted nor replaced.
CREATE TRIGGER reconciliation_line_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.reconciliation_line
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
