package com.example.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class App {
    @GetMapping("/")
    List<String> lines() throws IOException {
        return Files.readAllLines(Path.of("/etc/hostname"));
    }

    public static void main(String[] args) {
        SpringApplication.run(App.class, args);
    }
}
