package org.millrace;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/** The program's structure, held: who may know whom, and what nobody may do. */
@AnalyzeClasses(packages = "org.millrace", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] PURE = {
        "org.millrace.signal..",
        "org.millrace.plant..",
        "org.millrace.rule..",
        "org.millrace.alarm..",
        "org.millrace.ticket..",
        "org.millrace.kpi..",
        "org.millrace.erp.."
    };

    private static DescribedPredicate<JavaClass> inPure() {
        return resideInAnyPackage(PURE);
    }

    /** A rule's decision must be the same in a replay: what it may depend on is the journal, and nothing around it. */
    @ArchTest
    static final ArchRule purePackagesKnowNoTechnology = noClasses()
            .that(are(inPure()))
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "org.apache.camel..",
                            "java.sql..",
                            "javax.sql..",
                            "java.net..",
                            "java.nio.channels..",
                            "io.vertx..",
                            "io.netty..",
                            "com.hivemq..",
                            "org.eclipse.milo..",
                            "org.apache.plc4x..",
                            "org.sqlite..",
                            "org.postgresql..")
                    // text in, text out
                    .and(DescribedPredicate.not(are(assignableTo(java.net.URLEncoder.class)))));

    @ArchTest
    static final ArchRule purePackagesKnowOnlyEachOtherAndTheFormOfFiles = noClasses()
            .that(are(inPure()))
            .should()
            .dependOnClassesThat(resideInAPackage("org.millrace..")
                    .and(DescribedPredicate.not(inPure()))
                    .and(DescribedPredicate.not(resideInAPackage("org.millrace.config"))));

    @ArchTest
    static final ArchRule purePackagesTakeNoTimeAndNoChance = noClasses()
            .that(are(inPure()))
            .should()
            .dependOnClassesThat(are(assignableTo(Clock.class)))
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.SplittableRandom")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.random..", "java.security..");

    @ArchTest
    static final ArchRule featuresFormNoCycle =
            slices().matching("org.millrace.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule sourcesFormNoCycle =
            slices().matching("org.millrace.source.(*)..").should().beFreeOfCycles();

    /** {@link Hub} wires everything by hand; what it wires does not know it. {@link BuildInfo} knows nothing. */
    @ArchTest
    static final ArchRule onlyEntryPointsSeeTheAssembly = noClasses()
            .that()
            .resideOutsideOfPackages("org.millrace", "org.millrace.cli", "org.millrace.demo")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("org.millrace").and(DescribedPredicate.not(assignableTo(BuildInfo.class))));

    @ArchTest
    static final ArchRule theAssemblyDoesNotSeeItsEntryPoints = noClasses()
            .that()
            .resideInAPackage("org.millrace")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.millrace.cli..", "org.millrace.demo..");

    @ArchTest
    static final ArchRule sourcesDoNotSeeSinks = noClasses()
            .that()
            .resideInAPackage("org.millrace.source..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.millrace.journal..",
                    "org.millrace.historian..",
                    "org.millrace.store..",
                    "org.millrace.connector..",
                    "org.millrace.rule..",
                    "org.millrace.route..");

    /** One protocol is added or dropped without a look at another. */
    @ArchTest
    static final ArchRule protocolsDoNotSeeEachOther = slices().matching(
                    "org.millrace.source.(mqtt|opcua|plc|http|file|sql)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule nobodySeesTheDemo = noClasses()
            .that()
            .resideOutsideOfPackage("org.millrace.demo..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.millrace.demo..");

    @ArchTest
    static final ArchRule camelStaysInTheRoutes = noClasses()
            .that()
            .resideOutsideOfPackages("org.millrace", "org.millrace.route..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule onlyCommandsPrint = noClasses()
            .that()
            .resideOutsideOfPackages("org.millrace.cli..", "org.millrace.demo..")
            .should()
            .accessTargetWhere(DescribedPredicate.describe(
                    "System.out or System.err",
                    (JavaAccess<?> access) -> access.getTargetOwner().isEquivalentTo(System.class)
                            && Set.of("out", "err").contains(access.getTarget().getName())));

    /** Configuration and payloads come from outside: nothing in this program starts a process or runs what it read. */
    @ArchTest
    static final ArchRule nothingRunsWhatItReads = noClasses()
            .should()
            .dependOnClassesThat(are(assignableTo(ProcessBuilder.class).or(assignableTo(ObjectInputStream.class))))
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("javax.script..")
            .orShould()
            .callMethodWhere(DescribedPredicate.describe(
                    "Runtime.exec",
                    call -> call.getTargetOwner().isEquivalentTo(Runtime.class)
                            && call.getName().equals("exec")));

    @ArchTest
    static void everyPackageIsNullMarked(com.tngtech.archunit.core.domain.JavaClasses all) {
        Set<String> unmarked = all.stream()
                .map(JavaClass::getPackage)
                .filter(p -> !p.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(unmarked)
                .as("packages without @NullMarked in package-info.java")
                .isEmpty();
    }

    @ArchTest
    static final ArchRule loggersAreSlf4j = noClasses()
            .that()
            .resideOutsideOfPackage("org.millrace.demo..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.logging..", "ch.qos.logback..", "org.apache.log4j..");

    @ArchTest
    static final ArchRule recordsOfFilesAreNamedForThem = classes()
            .that()
            .areAnnotatedWith(org.millrace.config.Kind.class)
            .should()
            .beRecords()
            .andShould()
            .haveSimpleNameEndingWith("File");
}
