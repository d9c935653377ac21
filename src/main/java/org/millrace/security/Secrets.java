package org.millrace.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import org.millrace.config.Secret;

/**
 * Reads secrets when a connection needs them, each time anew, so that a rotated secret is used at the next connection
 * without a restart. {@code {{file-secret:name}}} is the file {@code secrets/name} of the home folder, else
 * {@code /run/secrets/name} (as containers mount it), without its last line break. {@code {{env:NAME}}} is an
 * environment variable. Thread-safe.
 */
public final class Secrets implements UnaryOperator<String> {
    /** A secret that is not there. The message names the reference, never a value. */
    public static final class UnavailableException extends RuntimeException {
        UnavailableException(String message) {
            super(message);
        }
    }

    private static final long MAX_BYTES = 64 * 1024;

    private final List<Path> folders;
    private final Function<String, Optional<String>> environment;

    /** @param folders where secret files are looked for, in this order */
    public Secrets(List<Path> folders, Function<String, Optional<String>> environment) {
        this.folders = List.copyOf(folders);
        this.environment = environment;
    }

    /** With the home's {@code secrets} folder, {@code /run/secrets} and the process's environment. */
    public static Secrets of(Path home) {
        return new Secrets(
                List.of(home.resolve("secrets"), Path.of("/run/secrets")),
                name -> Optional.ofNullable(System.getenv(name)));
    }

    /** The text with every reference replaced; throws {@link UnavailableException} when one is not there. */
    @Override
    public String apply(String reference) {
        Matcher found = Secret.REFERENCE.matcher(reference);
        StringBuilder plain = new StringBuilder();
        int count = 0;
        while (found.find()) {
            String value = found.group(1).equals("env") ? fromEnvironment(found.group(2)) : fromFile(found.group(2));
            found.appendReplacement(plain, Matcher.quoteReplacement(value));
            count++;
        }
        if (count == 0) {
            throw new UnavailableException("not a reference to a secret: write {{file-secret:name}} or {{env:NAME}}");
        }
        return found.appendTail(plain).toString();
    }

    public String reveal(Secret secret) {
        return secret.reveal(this);
    }

    /** What is wrong with a reference, for checks before the start; empty when it can be read. Reveals nothing. */
    public Optional<String> problem(Secret secret) {
        try {
            secret.reveal(this);
            return Optional.empty();
        } catch (UnavailableException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    private String fromEnvironment(String name) {
        return environment
                .apply(name)
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> new UnavailableException("the environment variable " + name + " is not set"));
    }

    private String fromFile(String name) {
        if (!name.matches("[a-zA-Z0-9_.-]+") || name.equals(".") || name.equals("..")) {
            throw new UnavailableException("'" + name + "' is not the name of a secret file");
        }
        for (Path folder : folders) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                return read(name, file);
            }
        }
        throw new UnavailableException("there is no secret file " + name + "; looked for "
                + String.join(
                        " and ",
                        folders.stream().map(f -> f.resolve(name).toString()).toList()));
    }

    private static String read(String name, Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new UnavailableException("the secret file " + file + " is larger than 64 KiB");
            }
            String text = Files.readString(file, StandardCharsets.UTF_8);
            String plain = text.endsWith("\r\n")
                    ? text.substring(0, text.length() - 2)
                    : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
            if (plain.isEmpty()) {
                throw new UnavailableException("the secret file " + file + " is empty");
            }
            return plain;
        } catch (IOException e) { // its message may quote bytes of the file: only the kind of failure is told
            throw new UnavailableException("cannot read the secret " + name + " from " + file + " ("
                    + e.getClass().getSimpleName() + "); may the hub's user read it?");
        }
    }
}
