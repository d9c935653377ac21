package org.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFolderTest {
    @Kind("Cat")
    record Cat(String id) {}

    @Kind("Dog")
    record Dog(String id) {}

    @TempDir
    Path home;

    private ConfigFolder.Config read() {
        return new ConfigFolder(List.of(Cat.class, Dog.class), Placeholders.of(Map.of(), Map.of()))
                .read(home, home.resolve("config"));
    }

    private void write(String name, String text) throws IOException {
        Path file = home.resolve("config").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void readsAllKindsOfAllFilesBelow() throws IOException {
        write("b/two.yml", "kind: Dog\nid: rex\n");
        write("a/one.yaml", "kind: Cat\nid: tom\n---\nkind: Dog\nid: tim\n");
        write(".hidden.yaml", "nonsense");
        write("notes.txt", "nonsense");
        ConfigFolder.Config config = read();
        assertThat(config.problems()).isEmpty();
        assertThat(config.all(Dog.class)).containsExactly(new Dog("tim"), new Dog("rex"));
        assertThat(config.positions().of(config.all(Cat.class).getFirst(), "id"))
                .isEqualTo(new Position("config/a/one.yaml", 2, 5));
    }

    @Test
    void oneBadDocumentDoesNotHideAnother() throws IOException {
        write("a.yaml", "kind: Catt\nid: x\n---\nid: y\n---\nkind: Dog\n---\n- list\n---\nkind: Cat\nid: tom\n");
        ConfigFolder.Config config = read();
        assertThat(config.records()).containsExactly(new Cat("tom"));
        assertThat(config.problems())
                .extracting(p -> p.line() + ":" + p.column() + ": " + p.message() + " | " + p.hint())
                .containsExactlyInAnyOrder(
                        "1:7: unknown kind 'Catt' | did you mean Cat?",
                        "4:1: the key 'kind' is missing | known: Cat, Dog",
                        "6:1: the key 'id' is missing | expected text",
                        "8:1: expected a block of keys, found a list | begin with kind: ...");
    }

    @Test
    void missingFolderIsAnEmptyConfiguration() {
        assertThat(read().records()).isEmpty();
        assertThat(read().problems()).isEmpty();
    }
}
