from flask import Blueprint
health_bp = Blueprint("health", __name__)
@health_bp.route("/health", methods=["GET"])
@auth.login_required
def health():
    return "ok"
