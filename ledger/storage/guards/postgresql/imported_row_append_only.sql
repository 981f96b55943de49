-- Rows of imported_row are written once, never changed, deleted nor replaced.
CREATE TRIGGER imported_row_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.imported_row
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
