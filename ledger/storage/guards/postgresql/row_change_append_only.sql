-- Rows of row_change are written once, never changed, deleted nor replaced.
CREATE TRIGGER row_change_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.row_change
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
