package shop;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What things cost, in cents. */
final class Prices {
    private final Map<String, Integer> prices = new TreeMap<>(Map.of("bread", 320, "milk", 140));

    String json() {
        return prices.entrySet().stream()
            .map(entry -> "\"" + entry.getKey() + "\": " + entry.getValue())
            .collect(Collectors.joining(", ", "{", "}"));
    }
}
