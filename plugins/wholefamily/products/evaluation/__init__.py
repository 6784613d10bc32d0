"""The evaluation release: de-personalised families, their members and progress, for the evaluator (exchange.md section 7)."""

from wholefamily.products.evaluation.destroy import destroy
from wholefamily.products.evaluation.leave import push
from wholefamily.products.evaluation.release import attack, build, gate
from wholefamily.products.evaluation.summary import summary

__all__ = ["attack", "build", "destroy", "gate", "push", "summary"]
