[app]
name=${NAME:-x}
