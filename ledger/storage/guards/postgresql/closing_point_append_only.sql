-- Rows of closing_point are written once, never changed, deleted nor replaced.
CREATE TRIGGER closing_point_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.closing_point
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
