-- Rows of kept_template are written once, never changed, deleted nor replaced.
CREATE TRIGGER kept_template_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.kept_template
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
