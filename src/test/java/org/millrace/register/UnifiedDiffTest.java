package org.millrace.register;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The form every tool reads that takes {@code diff -u}. */
class UnifiedDiffTest {
    @Test
    void showsHunksWithThreeLinesAround() {
        String before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n";
        String after = before.replace("2\n3", "2\nnew\n3").replace("14\n", "fourteen\n");
        assertThat(UnifiedDiff.of("f.yaml", before, after))
                .containsExactly(
                        "--- a/f.yaml",
                        "+++ b/f.yaml",
                        "@@ -1,5 +1,6 @@",
                        " 1",
                        " 2",
                        "+new",
                        " 3",
                        " 4",
                        " 5",
                        "@@ -11,5 +12,5 @@",
                        " 11",
                        " 12",
                        " 13",
                        "-14",
                        "+fourteen",
                        " 15");
    }

    @Test
    void aNewFileComesFromNowhereAndEqualTextsAreNoDifference() {
        assertThat(UnifiedDiff.of("f", "", "a\nb\n"))
                .containsExactly("--- /dev/null", "+++ b/f", "@@ -0,0 +1,2 @@", "+a", "+b");
        assertThat(UnifiedDiff.of("f", "a\n", "a\n")).isEmpty();
    }
}
