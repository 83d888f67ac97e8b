import jinja2
env = jinja2.Environment(loader=jinja2.FileSystemLoader("t"), bytecode_cache=jinja2.FileSystemBytecodeCache("cache"))
env.get_template("x").render()
