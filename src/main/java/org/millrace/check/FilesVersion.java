package org.millrace.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Names a state of the configuration's files, so that what was decided under it can be told from later. */
final class FilesVersion {
    private static final int DIGITS = 12;

    private FilesVersion() {}

    /**
     * SHA-256 over path, length and content of every YAML file and every codec of the folders, shortened; folders that are missing count
     * as empty.
     */
    static String of(Path home, List<String> folders) throws IOException {
        MessageDigest digest = sha256();
        for (String folder : folders) {
            Path root = home.resolve(folder);
            if (!Files.isDirectory(root)) {
                continue;
            }
            try (Stream<Path> walk = Files.walk(root)) {
                for (Path file : walk.filter(FilesVersion::counts).sorted().toList()) {
                    byte[] content = Files.readAllBytes(file);
                    String head = home.relativize(file).toString().replace('\\', '/') + "\n" + content.length + "\n";
                    digest.update(head.getBytes(StandardCharsets.UTF_8));
                    digest.update(content);
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }

    private static boolean counts(Path file) {
        String name = file.getFileName().toString();
        return (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".js")) && Files.isRegularFile(file);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
