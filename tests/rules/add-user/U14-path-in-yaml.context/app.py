import yaml

open(yaml.safe_load(open("settings.yaml"))["app"]["target_dir"] + "/x", "w")
