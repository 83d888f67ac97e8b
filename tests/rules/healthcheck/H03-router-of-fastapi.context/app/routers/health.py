from fastapi import APIRouter
router = APIRouter(prefix="/v1")
@router.get("/health")
async def health():
    return {"ok": True}
