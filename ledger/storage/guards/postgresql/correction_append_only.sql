-- Rows of correction are written once, never changed, deleted nor replaced.
CREATE TRIGGER correction_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.correction
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
