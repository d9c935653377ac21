package org.millrace.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The one meaning of a path pattern, in a rule's {@code for} as in an alarm policy's {@code path}. */
class PathPatternTest {
    @ParameterizedTest
    @CsvSource({
        "**, a/b, true",
        "**, a, true",
        "**/**, a, true",
        "a, a, true",
        "a, a/b, false",
        "a/*, a, false",
        "a/*, a/b, true",
        "a/*, a/b/c, false",
        "*, a, true",
        "*, a/b, false",
        "a/**, a/b/c, true",
        "a/**, a, true",
        "a/**, ab/c, false",
        "a/*/c, a/b/c, true",
        "a/*/c, a/b/d/c, false",
        "**/p-1, a/b/p-1, true",
        "**/p-1, p-1, true",
        "**/p-1, a/xp-1, false",
        "**/p-1, a/p-1/x, false",
        "**/p-1/**, a/p-1/x/y, true",
        "**/p-1/**, p-1, true",
        "**/b/**/d, a/b/c/d, true",
        "**/b/**/d, b/d, true",
        "**/b/**/d, a/d, false",
        "**/*, a/b, true",
        "a/**/c, a/c, true",
        "a/**/c, a/b/b/c, true",
        "a/**/c, ac, false",
        "a/p-*, a/p-12, true",
        "a/p-*, a/p-, true",
        "a/*-1, a/p-1, true",
        "a/**b, a/xb, true",
        "a/**b, a/x/b, false",
        "a.c/*, abc/d, false",
    })
    void aStarIsAStepAndTwoAreAnyNumber(String pattern, String path, boolean matches) {
        assertThat(new PathPattern(pattern).matches(path)).isEqualTo(matches);
    }

    @Test
    void aLongPathIsDecidedAtOnce() {
        PathPattern pattern = new PathPattern("**/**/**/**/**/**/*a*a*a*/**/x");
        String path = "aaaaaaaaaaaaaaaaaaaa/".repeat(40) + "y";
        org.assertj.core.api.Assertions.assertThatCode(() -> org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                        Duration.ofSeconds(20),
                        () -> assertThat(pattern.matches(path)).isFalse()))
                .doesNotThrowAnyException();
    }
}
