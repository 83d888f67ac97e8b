package clock;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** Answers with the offset of a city's winter time. */
public final class Zones {
    private static final Properties OFFSETS = new Properties();

    private Zones() {
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String city = exchange.getRequestURI().getPath().substring(1);
        String offset = OFFSETS.getProperty(city);
        String body = offset == null
            ? "{\"error\": \"no such city\"}\n"
            : "{\"city\": \"" + city + "\", \"offset\": \"" + offset + "\"}\n";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(offset == null ? 404 : 200, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    public static void main(String[] arguments) throws IOException {
        try (InputStream in = Zones.class.getResourceAsStream("/zones.properties")) {
            OFFSETS.load(in);
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
        server.createContext("/", Zones::answer);
        server.start();
        System.out.println("listening on 8080");
    }
}
