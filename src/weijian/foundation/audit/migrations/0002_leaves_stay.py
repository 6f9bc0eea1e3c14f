"""A leaf is written once and placed once: the table itself refuses anything else, before the verifier has to find it."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION weijian_audit_leaf_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL
       AND (NEW.id, NEW.at, NEW.action, NEW.object_kind, NEW.actor_name, NEW.detail, NEW.leaf_hash)
         = (OLD.id, OLD.at, OLD.action, OLD.object_kind, OLD.actor_name, OLD.detail, OLD.leaf_hash)
       AND NEW.change_id IS NOT DISTINCT FROM OLD.change_id AND NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit leaves are never changed or removed' USING ERRCODE = 'raise_exception';
END $$;
CREATE TRIGGER weijian_audit_leaf_stays BEFORE UPDATE OR DELETE ON audit_auditleaf
FOR EACH ROW EXECUTE FUNCTION weijian_audit_leaf_stays();
"""

REMOVE = """
DROP TRIGGER weijian_audit_leaf_stays ON audit_auditleaf;
DROP FUNCTION weijian_audit_leaf_stays();
"""


class Migration(migrations.Migration):
    """The trigger on the leaves."""

    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTION, REMOVE)]
