package org.millrace.register;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.register.FieldMerge.Change;

/** Every case of last import, file and register: what a person wrote is written over in none of them. */
class FieldMergeTest {
    @ParameterizedTest(name = "imported {0}, file {1}, register {2}: {3}")
    @CsvSource({
        "-, -, r, ADDED",
        "-, f, r, KEPT",
        "-, r, r, none",
        "-, f, -, none",
        "b, b, r, UPDATED",
        "b, b, b, none",
        "b, f, b, OWN",
        "b, f, r, CONFLICT",
        "b, r, r, none",
        "b, -, b, OWN",
        "b, -, r, CONFLICT",
        "b, b, -, CLEARED",
        "b, f, -, none"
    })
    void threeWays(String base, String file, String register, String kind) {
        List<Change> changes = FieldMerge.merge(map(base), map(file), map(register));
        if (kind.equals("none")) {
            assertThat(changes).isEmpty();
        } else {
            assertThat(changes).singleElement().satisfies(change -> {
                assertThat(change.kind()).hasToString(kind);
                boolean persons = !file.equals(base) && !file.equals("-") || !base.equals("-") && file.equals("-");
                assertThat(change.writes() && persons)
                        .as("a person's word is overwritten")
                        .isFalse();
            });
        }
    }

    @org.junit.jupiter.api.Test
    void aMachineIsNeverMovedByTheRegister() {
        assertThat(FieldMerge.merge(Map.of("path", "a/b"), Map.of("path", "a/b"), Map.of("path", "a/c")))
                .containsExactly(new Change("path", FieldMerge.Kind.MOVED, "a/b", "a/c"));
    }

    private static Map<String, String> map(String value) {
        Map<String, String> map = new HashMap<>();
        if (!value.equals("-")) {
            map.put("name", value);
        }
        return map;
    }
}
