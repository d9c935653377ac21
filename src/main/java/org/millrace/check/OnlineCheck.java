package org.millrace.check;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.millrace.config.ConfigFolder;
import org.millrace.config.Placeholders;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.config.Quantity;
import org.millrace.plant.AssetFile;
import org.millrace.security.CertificateFolders;
import org.millrace.signal.Units;
import org.millrace.source.opcua.OpcUaSourceFile;
import org.millrace.source.opcua.ServerInquiry;
import org.millrace.source.opcua.ServerVariable;

/**
 * Compares the configuration with the servers it names: OPC UA nodes exist, hold one value, and have the unit and range
 * the asset file says; files and queries have the columns that are named. Everything found is a warning: the server may be the one that is wrong.
 */
public final class OnlineCheck {
    private static final double SAME = 1e-9;

    private final UnaryOperator<String> secrets;
    private final CertificateFolders certificates;
    private final List<Problem> problems = new ArrayList<>();

    private OnlineCheck(UnaryOperator<String> secrets, CertificateFolders certificates) {
        this.secrets = secrets;
        this.certificates = certificates;
    }

    /** @param secrets from a reference as written to the plain text */
    public static List<Problem> problems(
            Path home, Placeholders placeholders, UnaryOperator<String> secrets, CertificateFolders certificates)
            throws IOException, InterruptedException {
        ConfigFolder.Config config =
                new ConfigFolder(HomeFolder.KINDS, placeholders).read(home, home.resolve("connectors-config"));
        OnlineCheck check = new OnlineCheck(secrets, certificates);
        for (OpcUaSourceFile source : config.all(OpcUaSourceFile.class)) {
            check.source(source, config.all(AssetFile.class), config.positions());
        }
        check.problems.addAll(TableOnline.problems(home, config, secrets));
        return check.problems;
    }

    private void source(OpcUaSourceFile source, List<AssetFile> assets, Positions positions)
            throws InterruptedException {
        List<AssetFile.TagFile> tags = assets.stream()
                .flatMap(asset -> asset.tags().values().stream())
                .filter(tag -> tag.from().filter(source.id()::equals).isPresent())
                .filter(tag -> tag.node().isPresent())
                .toList();
        try (ServerInquiry inquiry = ServerInquiry.open(source, secrets, certificates)) {
            List<ServerVariable> found = inquiry.describe(
                    tags.stream().map(tag -> tag.node().orElseThrow()).toList());
            for (int i = 0; i < tags.size(); i++) {
                tag(tags.get(i), found.get(i), positions);
            }
        } catch (IOException e) {
            problems.add(positions.of(source, "endpoint").warning(String.valueOf(e.getMessage()), ""));
        }
    }

    private void tag(AssetFile.TagFile tag, ServerVariable server, Positions positions) {
        if (!server.status().equals("Good")) {
            problems.add(positions
                    .of(tag, "node")
                    .warning(
                            "the server does not have this node: " + server.status(),
                            "hub browse " + tag.from().orElse("") + " lists what it has"));
            return;
        }
        if (!server.usable()) {
            problems.add(positions
                    .of(tag, "node")
                    .warning(
                            server.scalar()
                                    ? "this user may not read the node"
                                    : "the node is an array; a tag takes one value",
                            ""));
        }
        server.unit().filter(unit -> !unit.equals("1")).ifPresent(unit -> unit(tag, unit, positions));
        server.range().ifPresent(range -> range(tag, server, range, positions));
    }

    private void unit(AssetFile.TagFile tag, String server, Positions positions) {
        if (tag.unit().isEmpty()) {
            if (tag.map().isEmpty()) {
                problems.add(positions
                        .of(tag, "node")
                        .warning("the server gives this value in " + server + ", the tag has no unit", write(server)));
            }
            return;
        }
        String written = tag.unit().get();
        try {
            Units.Linear conversion = Units.conversion(server, written);
            if (Math.abs(conversion.factor() - 1) > SAME || Math.abs(conversion.offset()) > SAME) {
                wrong(tag, written, server, positions);
            }
        } catch (Units.UnitException e) {
            wrong(tag, written, server, positions);
        }
    }

    private void wrong(AssetFile.TagFile tag, String written, String server, Positions positions) {
        problems.add(positions
                .of(tag, "unit")
                .warning("the tag says " + written + ", the server gives " + server, write(server)));
    }

    private static String write(String unit) {
        return "write unit: \"" + unit + "\" (and store_as: for another one), or correct the server";
    }

    /** Only a range that turns away what the server calls normal is a mismatch: a wider one does no harm. */
    private void range(AssetFile.TagFile tag, ServerVariable server, ServerVariable.Range range, Positions positions) {
        if (tag.range().size() != 2 || tag.scale().isPresent()) {
            return;
        }
        Optional<Double> low = inServerUnit(tag.range().get(0), tag, server);
        Optional<Double> high = inServerUnit(tag.range().get(1), tag, server);
        if (low.isEmpty() || high.isEmpty()) {
            return; // units that do not fit are told by now
        }
        double slack = SAME * Math.max(Math.abs(range.low()), Math.abs(range.high()));
        if (low.get() > range.low() + slack || high.get() < range.high() - slack) {
            problems.add(positions
                    .of(tag, "range")
                    .warning(
                            "the range is narrower than the server's: it gives values from " + plain(range.low())
                                    + " to " + plain(range.high())
                                    + server.unit().map(u -> " " + u).orElse(""),
                            "values outside of range become Bad_OutOfRange"));
        }
    }

    private static Optional<Double> inServerUnit(Quantity limit, AssetFile.TagFile tag, ServerVariable server) {
        String unit = limit.unit().equals("1") ? tag.unit().orElse("1") : limit.unit();
        String target = server.unit().or(tag::unit).orElse("1");
        try {
            return Optional.of(
                    Units.conversion(unit, target).apply(limit.value().doubleValue()));
        } catch (Units.UnitException e) {
            return Optional.empty();
        }
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
