import java.io.File;

public class MavenWrapperDownloader {
    public static void main(String[] args) {
        new File(args[0]).getParentFile().mkdirs();
    }
}
