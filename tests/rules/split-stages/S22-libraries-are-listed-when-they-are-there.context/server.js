const a=require("express")();a.listen(3000)
