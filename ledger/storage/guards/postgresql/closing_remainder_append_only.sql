-- Rows of closing_remainder are written once, never changed, deleted nor replaced.
CREATE TRIGGER closing_remainder_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.closing_remainder
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
