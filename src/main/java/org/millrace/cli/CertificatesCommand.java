package org.millrace.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.millrace.security.CertificateFolders;
import org.millrace.security.CertificateFolders.Moved;
import org.millrace.security.KnownCertificate;
import org.millrace.security.KnownCertificate.Place;
import org.millrace.source.opcua.ApplicationCertificate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "certificates",
        description = "OPC UA certificates: the hub's own, who is trusted, and who was refused.",
        mixinStandardHelpOptions = true,
        subcommands = {
            CertificatesCommand.Listing.class,
            CertificatesCommand.Trust.class,
            CertificatesCommand.Reject.class,
            CertificatesCommand.Renew.class
        })
final class CertificatesCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return 2;
    }

    /** The folders; both options of every subcommand. */
    static final class Where {
        @Mixin
        HomeOptions home = new HomeOptions();

        @Mixin
        DataOptions data = new DataOptions();

        CertificateFolders folders() {
            return CertificateFolders.opcUa(data.resolve(home));
        }
    }

    @Command(
            name = "list",
            description = "Every certificate with thumbprint and validity; makes the hub's own when there is none.",
            mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {
        @Mixin
        Where where = new Where();

        @Option(names = "--json", description = "One JSON object.")
        boolean json;

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            CertificateFolders folders = where.folders();
            ApplicationCertificate.of(folders);
            List<KnownCertificate> all = folders.list();
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                JsonMapper mapper = JsonMapper.builder().build();
                ArrayNode array = mapper.createArrayNode();
                all.forEach(one -> array.addObject()
                        .put("place", word(one.place()))
                        .put("thumbprint", one.thumbprint())
                        .put("subject", one.subject())
                        .put(
                                "issuer",
                                one.certificate().getIssuerX500Principal().getName())
                        .put("validFrom", one.validFrom().toString())
                        .put("validTo", one.validTo().toString())
                        .put("file", one.file().toString()));
                out.println(mapper.createObjectNode().set("certificates", array));
                return 0;
            }
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("PLACE", "THUMBPRINT", "SUBJECT", "VALID FROM", "VALID TO", ""));
            Instant now = InstantSource.system().instant();
            all.forEach(one -> rows.add(List.of(
                    word(one.place()),
                    one.thumbprint(),
                    one.subject(),
                    day(one.validFrom()),
                    day(one.validTo()),
                    remark(one, now))));
            out.print(Terminal.table(rows));
            out.println("in " + folders.root());
            return 0;
        }

        private static String remark(KnownCertificate one, Instant now) {
            if (now.isAfter(one.validTo())) {
                return "expired";
            }
            long days = Duration.between(now, one.validTo()).toDays();
            return days <= 60 ? "expires in " + days + " days" : "";
        }
    }

    @Command(
            name = "trust",
            description = "Trusts a certificate that was refused; a running hub connects within seconds.",
            mixinStandardHelpOptions = true)
    static final class Trust implements Callable<Integer> {
        @Mixin
        Where where = new Where();

        @Parameters(
                paramLabel = "THUMBPRINT",
                description = "As hub certificates list shows it; its beginning will do.")
        String thumbprint = "";

        @Option(
                names = "--issuer",
                description = "An authority that only completes chains: what it issued is not trusted.")
        boolean issuer;

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            CertificateFolders folders = where.folders();
            return moved(issuer ? folders.trustAsIssuer(thumbprint) : folders.trust(thumbprint), spec);
        }
    }

    @Command(
            name = "reject",
            description = "Takes trust away; a running hub ends the connection.",
            mixinStandardHelpOptions = true)
    static final class Reject implements Callable<Integer> {
        @Mixin
        Where where = new Where();

        @Parameters(
                paramLabel = "THUMBPRINT",
                description = "As hub certificates list shows it; its beginning will do.")
        String thumbprint = "";

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            return moved(where.folders().reject(thumbprint), spec);
        }
    }

    @Command(
            name = "renew",
            description = "Makes the hub a new certificate, used from each server's next connection on; servers must"
                    + " trust it first.",
            mixinStandardHelpOptions = true)
    static final class Renew implements Callable<Integer> {
        @Mixin
        Where where = new Where();

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            CertificateFolders folders = where.folders();
            ApplicationCertificate made = ApplicationCertificate.renew(folders);
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "%s, valid to %s; add %s to the trusted clients of your servers%n",
                            KnownCertificate.thumbprint(made.certificate()),
                            day(made.certificate().getNotAfter().toInstant()),
                            ApplicationCertificate.file(folders));
            return 0;
        }
    }

    private static int moved(Moved moved, CommandSpec spec) {
        return switch (moved) {
            case Moved.Done done -> {
                KnownCertificate one = done.certificate();
                spec.commandLine()
                        .getOut()
                        .printf(
                                Locale.ROOT,
                                "%s: %s, %s, valid to %s%n",
                                word(one.place()),
                                one.thumbprint(),
                                one.subject(),
                                day(one.validTo()));
                yield 0;
            }
            case Moved.Refused refused -> {
                spec.commandLine().getErr().println("hub: " + refused.why());
                yield 1;
            }
        };
    }

    private static String word(Place place) {
        return place.name().toLowerCase(Locale.ROOT);
    }

    private static String day(Instant instant) {
        return instant.toString().substring(0, 10);
    }
}
