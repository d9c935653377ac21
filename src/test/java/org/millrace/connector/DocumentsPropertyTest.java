package org.millrace.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.BusinessDocument.Equipment;
import org.millrace.erp.BusinessDocument.PurchaseRequest;
import org.millrace.erp.DocumentKind;
import org.millrace.erp.DocumentLedger;
import org.millrace.erp.DocumentPolicy;
import org.millrace.erp.DocumentRow;
import org.millrace.erp.DocumentRow.State;
import org.millrace.erp.DocumentThere;
import org.millrace.signal.Micros;

/**
 * Random answers, lost answers, late ones, and deaths of the process between any two of its steps. When all is well again
 * every document is there once, finished, and nothing was created without a find since the creation before.
 */
class DocumentsPropertyTest {
    private static final DocumentPolicy POLICY = new DocumentPolicy(
            Duration.ofSeconds(60), Duration.ofSeconds(2), Duration.ofMinutes(5), Duration.ofMinutes(15), 1_000);

    @Property(tries = 150)
    void eachDocumentIsThereOnceWhateverHappens(@ForAll long seed) {
        new Run(seed).go();
    }

    /** The process dies here. */
    private static final class Died extends RuntimeException {
        Died() {
            super("died", null, false, false);
        }
    }

    private static final class Run {
        private final Random random;
        private final Map<String, DocumentRow> kept = new LinkedHashMap<>();
        private final Map<String, List<int[]>> there = new HashMap<>(); // by reference: {id, steps taken}
        private final Map<String, Boolean> lookedSince = new HashMap<>();
        private final List<Runnable> late = new ArrayList<>();
        private final int stepsNeeded;
        private Instant now = Instant.parse("2026-11-22T06:00:00Z");
        private boolean troubled = true;
        private int nextId;
        private Documents documents;

        Run(long seed) {
            random = new Random(seed);
            stepsNeeded = random.nextInt(3);
            documents = open();
        }

        private Documents open() {
            return new Documents(new Server(), new Ledger(), row -> {}, POLICY, new Clock() {
                @Override
                public Instant instant() {
                    return now;
                }

                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }
            });
        }

        void go() {
            for (int i = 0; i < 60; i++) {
                int delivered = random.nextInt(5);
                attempt(() -> documents.deliver(document(delivered)));
                attempt(() -> documents.round());
                now = now.plusSeconds(random.nextInt(90));
                if (random.nextInt(4) == 0) {
                    // what a server was slow to do it has done within the settling time
                    late.forEach(Runnable::run);
                    late.clear();
                }
            }
            troubled = false;
            late.forEach(Runnable::run);
            late.clear();
            for (int i = 0; i < 100; i++) {
                now = now.plus(Duration.ofMinutes(16));
                documents.round();
            }
            for (DocumentRow row : kept.values()) {
                assertThat(row.state()).as(row.note()).isEqualTo(State.DONE);
                assertThat(there.get(row.reference()))
                        .as(row.reference())
                        .singleElement()
                        .satisfies(one -> assertThat(one[1]).isEqualTo(stepsNeeded));
            }
        }

        private void attempt(Runnable action) {
            try {
                action.run();
            } catch (Died died) {
                documents = open(); // another process on the same ledger; what was on its way takes effect or not
                now = now.plusSeconds(random.nextInt(5));
            }
        }

        private void mayDie() {
            if (troubled && random.nextInt(25) == 0) {
                throw new Died();
            }
        }

        private static BusinessDocument document(int number) {
            return new PurchaseRequest(
                    "hub:document:" + number,
                    new Equipment("A", "A", "x/a", Map.of()),
                    "t",
                    "M",
                    BigDecimal.TEN,
                    "kg",
                    0,
                    "i");
        }

        /** How a call ends. */
        private <T> Answer<T> ending(Answer<T> ok) {
            mayDie();
            return switch (troubled ? random.nextInt(8) : 7) {
                case 0 -> new Answer.Unknown<>("lost");
                case 1 -> new Answer.Unknown<>("500");
                default -> ok;
            };
        }

        private <T> Optional<Answer<T>> notDone() {
            mayDie();
            return switch (troubled ? random.nextInt(8) : 7) {
                case 0 -> Optional.of(new Answer.Retryable<>("503"));
                case 1 -> Optional.of(new Answer.Throttled<>("429", Optional.of(Duration.ofSeconds(3))));
                case 2 -> Optional.of(new Answer.Unauthorized<>("401"));
                default -> Optional.empty();
            };
        }

        private final class Server implements DocumentClient {
            @Override
            public String id() {
                return "erp";
            }

            @Override
            public Set<DocumentKind> kinds() {
                return EnumSet.allOf(DocumentKind.class);
            }

            @Override
            public Answer<List<DocumentThere>> find(BusinessDocument document) {
                Optional<Answer<List<DocumentThere>>> not = notDone();
                if (not.isPresent()) {
                    return not.get();
                }
                lookedSince.put(document.reference(), true);
                return new Answer.Ok<>(there.getOrDefault(document.reference(), List.of()).stream()
                        .map(one -> new DocumentThere(
                                "" + one[0], "" + one[0], one[1] < stepsNeeded ? "step-" + one[1] : "", ""))
                        .toList());
            }

            @Override
            public Answer<Created> create(BusinessDocument document) {
                assertThat(lookedSince.getOrDefault(document.reference(), false))
                        .as("a find since the last creation")
                        .isTrue();
                lookedSince.put(document.reference(), false);
                Optional<Answer<Created>> not = notDone();
                if (not.isPresent()) {
                    return not.get();
                }
                int id = ++nextId;
                there.computeIfAbsent(document.reference(), key -> new ArrayList<>())
                        .add(new int[] {id, 0});
                return ending(new Answer.Ok<>(new Created("" + id, "" + id, stepsNeeded == 0)));
            }

            @Override
            public Answer<Void> proceed(BusinessDocument document, DocumentThere found) {
                Optional<Answer<Void>> not = notDone();
                if (not.isPresent()) {
                    return not.get();
                }
                int[] one = there.get(document.reference()).getFirst();
                if (found.step().equals("step-" + one[1])) {
                    one[1]++;
                }
                return ending(new Answer.Ok<>(null));
            }
        }

        private final class Ledger implements DocumentLedger {
            @Override
            public boolean add(DocumentRow row) {
                mayDie();
                boolean fresh = kept.putIfAbsent(row.reference(), row) == null;
                mayDie();
                return fresh;
            }

            @Override
            public void save(DocumentRow row) {
                mayDie();
                kept.put(row.reference(), row);
                mayDie();
            }

            @Override
            public Optional<DocumentRow> get(String system, String reference) {
                return Optional.ofNullable(kept.get(reference));
            }

            @Override
            public List<DocumentRow> due(String system, long time, int limit) {
                return kept.values().stream()
                        .filter(row -> row.wake() <= time)
                        .limit(limit)
                        .toList();
            }

            @Override
            public long nextWake(String system) {
                return kept.values().stream().mapToLong(DocumentRow::wake).min().orElse(Micros.of(now));
            }

            @Override
            public long count(String system, State state) {
                return kept.values().stream()
                        .filter(row -> row.state() == state)
                        .count();
            }
        }
    }
}
