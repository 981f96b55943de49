-- An exercice is never deleted.
CREATE TRIGGER exercice_append_only BEFORE DELETE OR TRUNCATE ON public.exercice FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_refuse();
