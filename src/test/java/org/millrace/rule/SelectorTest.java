package org.millrace.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.config.Placeholders;
import org.millrace.config.RecordBinder;
import org.millrace.config.YamlReader;
import org.millrace.plant.Asset;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;
import org.millrace.plant.Tag.Origin;

/** A rule of any kind is for one machine, a list of them, a class, or a part of the plant. */
class SelectorTest {
    private static final Plant PLANT = new Plant(List.of(
            like("M", "machine", "acme/lyon/hall/m"),
            like("N", "machine", "acme/lyon/yard/n"),
            like("O", "other", "acme/lyon/yard/o")));

    private static Asset like(String id, String type, String path) {
        Asset model = Scenario.PLANT.assets().getFirst();
        List<Tag> tags = model.tags().stream()
                .map(tag -> new Tag(
                        path + "/" + tag.name(),
                        tag.name(),
                        id,
                        new Origin(tag.origin().source(), id, tag.name(), "default"),
                        tag.unit(),
                        tag.factor(),
                        tag.offset(),
                        tag.low(),
                        tag.high(),
                        tag.states(),
                        tag.deadband(),
                        tag.sampleEvery(),
                        tag.expectEvery(),
                        tag.staleAfter(),
                        tag.counter(),
                        tag.derive()))
                .toList();
        return new Asset(id, id, path, type, model.criticality(), model.cmms(), model.rated(), tags);
    }

    static Stream<Arguments> everyKindBySelector() {
        Map<String, List<String>> selectors = Map.of(
                "{ assets: [N] }", List.of("N"),
                "{ assets: [O, M] }", List.of("M", "O"),
                "{ class: machine }", List.of("M", "N"),
                "{ path: \"acme/lyon/yard/**\" }", List.of("N", "O"));
        return AllKinds.QUICK.stream()
                .flatMap(rule -> selectors.entrySet().stream().map(s -> Arguments.of(rule, s.getKey(), s.getValue())));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("everyKindBySelector")
    void isBoundToTheMachinesItNamesAndNoOther(String rule, String selector, List<String> machines) {
        RecordBinder binder = new RecordBinder(Placeholders.of(Map.of(), Map.of()));
        RuleFile file = binder.bind(
                        RuleFile.class,
                        YamlReader.parse("rule.yaml", "kind: Rule\ntitle: x\nfor: " + selector + "\n" + rule)
                                .documents()
                                .getFirst())
                .orElseThrow(() -> new AssertionError(binder.problems()));

        Compilation compilation = RuleCompiler.compile(PLANT, List.of(file));

        assertThat(compilation.problems()).isEmpty();
        assertThat(compilation.rules())
                .extracting(bound -> bound.asset().id())
                .containsExactlyInAnyOrderElementsOf(machines);
        assertThat(compilation.rules())
                .allSatisfy(bound -> assertThat(bound.tags())
                        .isNotEmpty()
                        .allSatisfy(tag -> assertThat(tag.assetId())
                                .isEqualTo(bound.asset().id())));
    }
}
