import javax.tools.ToolProvider;
class App {}
