-- Rows of line_certificate are written once, never changed, deleted nor replaced.
CREATE TRIGGER line_certificate_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.line_certificate
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
