package org.millrace.erp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.millrace.erp.BusinessDocument.Equipment;
import org.millrace.erp.BusinessDocument.MaterialReservation;
import org.millrace.erp.BusinessDocument.Part;
import org.millrace.erp.BusinessDocument.ProductionConfirmation;
import org.millrace.erp.BusinessDocument.PurchaseRequest;
import org.millrace.erp.BusinessDocument.Times;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The forms of documents: JSON that comes back, and B2MML. */
class DocumentJsonTest {
    private static final long FROM = 1_790_000_000_000_000L;
    private static final Equipment PRESS =
            new Equipment("PR-3", "Press > 3 & \"more\"", "acme/lyon/pr-3", Map.of("work_center", "PRESS3"));
    private static final ProductionConfirmation CONFIRMATION = new ProductionConfirmation(
            "hub:acme/lyon/pr-3/press-3:2026-11-22:early:4711",
            PRESS,
            "4711",
            "A12",
            "early",
            "2026-11-22",
            FROM,
            FROM + 28_800_000_000L,
            240,
            3,
            "PCE",
            new Times(25_200_000_000L, 600_500_000L, 0, 0),
            OptionalDouble.of(12.5),
            List.of("a\u0001b"));
    static final List<BusinessDocument> ALL = List.of(
            CONFIRMATION,
            new ProductionConfirmation(
                    "hub:without:energy",
                    PRESS,
                    "",
                    "",
                    "late",
                    "2026-11-22",
                    FROM,
                    FROM + 1,
                    0,
                    0,
                    "",
                    new Times(0, 0, 0, 0),
                    OptionalDouble.empty(),
                    List.of()),
            new PurchaseRequest("hub:a:purchase", PRESS, "t", "RM-4711", new BigDecimal("17.5"), "t", FROM, "i@1"),
            new MaterialReservation(
                    "hub:a:parts",
                    PRESS,
                    "t",
                    "WO-1",
                    List.of(new Part("BRG", new BigDecimal("2"), ""), new Part("OIL", new BigDecimal("0.5"), "L")),
                    FROM,
                    "i@1"));

    @ParameterizedTest
    @FieldSource("ALL")
    void whatWasWrittenComesBackEqual(BusinessDocument document) {
        assertThat(DocumentJson.read(DocumentJson.write(document))).isEqualTo(document);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | no \"document\"",
                "{\"document\":\"order\"} | \"document\" is 'order'; one of production-confirmation, purchase-request, material-reservation",
                "no json | not a document",
                "{\"document\":\"purchase-request\"} | no \"reference\"",
                "{\"document\":\"purchase-request\",\"reference\":\"a b c d e f\"} | A-Z a-z 0-9",
                "{\"document\":\"purchase-request\",\"reference\":\"hub:12345\"} | no \"material\"",
                "{\"document\":\"purchase-request\",\"reference\":\"hub:12345\",\"material\":\"M\"} | \"quantity\" is no number",
                "{\"document\":\"purchase-request\",\"reference\":\"hub:12345\",\"material\":\"M\",\"quantity\":1,\"time\":\"now\"} | \"time\" is no time",
                "{\"document\":\"material-reservation\",\"reference\":\"hub:12345\",\"time\":\"2026-11-22T00:00:00Z\"} | names no material",
            })
    void whatIsNoDocumentIsRefusedWithTheReason(String text, String why) {
        assertThatThrownBy(() -> DocumentJson.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void b2mmlIsWellFormedAndHasEveryFigureInItsPlace() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document xml = factory.newDocumentBuilder().parse(new InputSource(new StringReader(B2mml.xml(CONFIRMATION))));
        XPath path = XPathFactory.newInstance().newXPath();

        assertThat(xml.getDocumentElement().getNamespaceURI()).isEqualTo("http://www.mesa.org/xml/B2MML-V0600");
        assertThat(xml.getDocumentElement().getLocalName()).isEqualTo("ProductionPerformance");
        assertThat(at(path, xml, "/p/ID")).isEqualTo(CONFIRMATION.reference());
        assertThat(at(path, xml, "/p/ProductionResponse/ProductionRequestID")).isEqualTo("4711");
        assertThat(at(path, xml, "//SegmentResponse/ActualStartTime")).isEqualTo("2026-09-21T14:13:20Z");
        assertThat(at(path, xml, "//ProductionData[ID='RunTime']/Value/ValueString"))
                .isEqualTo("25200");
        assertThat(at(path, xml, "//ProductionData[ID='SetupTime']/Value/ValueString"))
                .isEqualTo("600.5");
        assertThat(at(path, xml, "//ProductionData[ID='Energy']/Value/UnitOfMeasure"))
                .isEqualTo("kW.h");
        assertThat(at(path, xml, "//MaterialProducedActual[1]/Quantity/QuantityString"))
                .isEqualTo("240");
        assertThat(at(path, xml, "//MaterialProducedActual[2]/Quantity/QuantityString"))
                .isEqualTo("3");
        assertThat(at(path, xml, "//MaterialProducedActual[2]/MaterialProducedActualProperty/Value/ValueString"))
                .isEqualTo("Scrap");
        assertThat(at(path, xml, "//EquipmentActual/Description")).isEqualTo("Press > 3 & \"more\"");
        assertThat(at(path, xml, "//ProductionData[ID='Warning.1']/Value/ValueString"))
                .as("XML has no control characters")
                .isEqualTo("a\uFFFDb");
    }

    /** Without the namespace, which is the same for all; /p is the root. */
    private static String at(XPath path, Document xml, String expression) throws Exception {
        String plain = expression
                .replaceFirst("^/p", "/ProductionPerformance")
                .replaceAll("(?<=/)([A-Z][A-Za-z]+)", "*[local-name()='$1']")
                .replace("[ID=", "[*[local-name()='ID']=");
        return path.evaluate(plain, xml);
    }

    @Test
    void theSameAsJson() throws Exception {
        var json =
                JsonMapper.builder().build().readTree(B2mml.json(CONFIRMATION)).path("ProductionPerformance");
        assertThat(json.path("ID").asText()).isEqualTo(CONFIRMATION.reference());
        assertThat(json.path("HierarchyScope").path("EquipmentID").asText()).isEqualTo("acme/lyon/pr-3");
        assertThat(json.at("/ProductionResponse/0/SegmentResponse/0/MaterialProducedActual/0/Quantity/0/QuantityString")
                        .asText())
                .isEqualTo("240");
        assertThat(json.at("/ProductionResponse/0/SegmentResponse/0/EquipmentActual/0/EquipmentID/0")
                        .asText())
                .isEqualTo("acme/lyon/pr-3");
    }

    @Test
    void aFileIsNamedByTheReference() {
        assertThat(B2mml.fileName(CONFIRMATION, "xml"))
                .isEqualTo("hub.acme+lyon+pr-3+press-3.2026-11-22.early.4711.xml");
        assertThatThrownBy(() -> B2mml.xml(ALL.get(2))).hasMessageContaining("purchase-request");
    }

    @Test
    void referencesAreTheSameForTheSameFactsAndApartForOthers() {
        assertThat(DocumentReference.of("acme/lyon", "2026-11-22", "early"))
                .isEqualTo("hub:acme/lyon:2026-11-22:early");
        assertThat(DocumentReference.of("a b", "x"))
                .matches("hub:a_b:x-[0-9a-f]{20}")
                .isEqualTo(DocumentReference.of("a b", "x"))
                .isNotEqualTo(DocumentReference.of("a_b", "x"))
                .isNotEqualTo(DocumentReference.of("a?b", "x"));
        assertThat(DocumentReference.of("x".repeat(200), "1"))
                .hasSize(120)
                .isNotEqualTo(DocumentReference.of("x".repeat(200), "2"));
    }
}
