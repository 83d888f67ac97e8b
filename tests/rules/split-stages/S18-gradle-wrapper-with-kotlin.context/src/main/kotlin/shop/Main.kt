package shop
import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.runApplication
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController

@SpringBootApplication
class Shop

@RestController
class Prices {
    @GetMapping("/") fun all() = mapOf("bread" to 320)
}

fun main(args: Array<String>) { runApplication<Shop>(*args) }
