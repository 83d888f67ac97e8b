plugins { kotlin("jvm") version "2.1.0" }

dependencies {
    implementation("io.ktor:ktor-server-netty:3.1.0")
    implementation("ch.qos.logback:logback-classic:1.5.16")
    testImplementation("org.example:any:1.0")
}
