package org.millrace.erp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.millrace.erp.BusinessDocument.ProductionConfirmation;
import org.millrace.signal.Micros;

/**
 * A production confirmation as ISA-95 Part 2 production performance, in the elements and the order of B2MML V0600: one
 * response with one segment, produced material by disposition, times and energy as production data. The Business To
 * Manufacturing Markup Language (B2MML) is used courtesy of MESA International.
 */
public final class B2mml {
    static final String NAMESPACE = "http://www.mesa.org/xml/B2MML-V0600";

    /** An element with text, or with others. */
    private record Element(String name, String text, List<Element> children) {
        static Element of(String name, String text) {
            return new Element(name, text, List.of());
        }

        static Element of(String name, List<Element> children) {
            return new Element(name, "", children);
        }
    }

    /** Elements that the schema allows several times: lists in JSON, also of one. */
    private static final List<String> REPEATED = List.of(
            "Description",
            "ProductionResponse",
            "SegmentResponse",
            "ProductionData",
            "EquipmentActual",
            "EquipmentID",
            "MaterialProducedActual",
            "MaterialDefinitionID",
            "MaterialProducedActualProperty",
            "Quantity",
            "Value");

    private B2mml() {}

    /** XML with its declaration, UTF-8. Fails with IllegalArgumentException for another kind of document. */
    public static String xml(BusinessDocument document) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.setDefaultNamespace(NAMESPACE);
            write(xml, performance(document), true);
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("no XML for " + document.reference() + ": " + e.getMessage(), e);
        }
        return text.toString();
    }

    /** The same elements as JSON: {@code {"ProductionPerformance": {…}}}; what may stand several times is a list. */
    public static String json(BusinessDocument document) {
        Element root = performance(document);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set(root.name(), tree(root));
        return json.toString();
    }

    /** The reference with {@code .} for {@code :} and {@code +} for {@code /}: one document, one file. */
    public static String fileName(BusinessDocument document, String ending) {
        return document.reference().replace(':', '.').replace('/', '+') + "." + ending;
    }

    private static Element performance(BusinessDocument document) {
        if (!(document instanceof ProductionConfirmation c)) {
            throw new IllegalArgumentException("B2MML is written of production confirmations, not of a "
                    + document.kind().word());
        }
        String from = Micros.iso(c.from());
        String to = Micros.iso(c.to());
        List<Element> children = new ArrayList<>();
        children.add(Element.of("ID", c.reference()));
        children.add(Element.of("Description", c.equipment().name() + ", " + c.day() + " " + c.shift()));
        children.add(Element.of(
                "HierarchyScope",
                List.of(
                        Element.of("EquipmentID", c.equipment().path()),
                        Element.of("EquipmentElementLevel", "WorkUnit"))));
        children.add(Element.of("StartTime", from));
        children.add(Element.of("EndTime", to));
        children.add(response(c, from, to));
        children.add(Element.of("PerformanceState", "Completed"));
        return Element.of("ProductionPerformance", children);
    }

    private static Element response(ProductionConfirmation c, String from, String to) {
        List<Element> children = new ArrayList<>();
        children.add(Element.of("ID", c.reference()));
        if (!c.order().isEmpty()) {
            children.add(Element.of("ProductionRequestID", c.order()));
        }
        children.add(Element.of("StartTime", from));
        children.add(Element.of("EndTime", to));
        children.add(segment(c, from, to));
        children.add(Element.of("ResponseState", "Completed"));
        return Element.of("ProductionResponse", children);
    }

    private static Element segment(ProductionConfirmation c, String from, String to) {
        List<Element> children = new ArrayList<>();
        children.add(Element.of("ID", c.reference()));
        String segment = c.equipment().numbers().getOrDefault("process_segment", "");
        if (!segment.isEmpty()) {
            children.add(Element.of("ProcessSegmentID", segment));
        }
        children.add(Element.of("ActualStartTime", from));
        children.add(Element.of("ActualEndTime", to));
        children.add(data("RunTime", seconds(c.time().run()), "s"));
        children.add(data("SetupTime", seconds(c.time().setup()), "s"));
        children.add(data("DownTime", seconds(c.time().down()), "s"));
        children.add(data("UnknownTime", seconds(c.time().unknown()), "s"));
        if (c.energy().isPresent()) {
            children.add(data("Energy", number(c.energy().getAsDouble()), "kW.h"));
        }
        for (Map.Entry<String, String> number : sorted(c.equipment().numbers())) {
            children.add(text("ERP." + number.getKey(), number.getValue()));
        }
        for (int i = 0; i < c.warnings().size(); i++) {
            children.add(text("Warning." + (i + 1), c.warnings().get(i)));
        }
        children.add(Element.of(
                "EquipmentActual",
                List.of(
                        Element.of("EquipmentID", c.equipment().path()),
                        Element.of("Description", c.equipment().name()))));
        children.add(produced(c, "Good", c.good()));
        children.add(produced(c, "Scrap", c.scrap()));
        children.add(Element.of("SegmentState", "Completed"));
        return Element.of("SegmentResponse", children);
    }

    private static List<Map.Entry<String, String>> sorted(Map<String, String> map) {
        return map.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
    }

    private static Element produced(ProductionConfirmation c, String disposition, double pieces) {
        List<Element> children = new ArrayList<>();
        if (!c.product().isEmpty()) {
            children.add(Element.of("MaterialDefinitionID", c.product()));
        }
        children.add(Element.of(
                "Quantity",
                List.of(
                        Element.of("QuantityString", number(pieces)),
                        Element.of("DataType", "decimal"),
                        Element.of("UnitOfMeasure", c.unit()))));
        children.add(Element.of(
                "MaterialProducedActualProperty",
                List.of(
                        Element.of("ID", "Disposition"),
                        Element.of(
                                "Value",
                                List.of(Element.of("ValueString", disposition), Element.of("DataType", "string"))))));
        return Element.of("MaterialProducedActual", children);
    }

    private static Element data(String id, String value, String unit) {
        return Element.of(
                "ProductionData",
                List.of(
                        Element.of("ID", id),
                        Element.of(
                                "Value",
                                List.of(
                                        Element.of("ValueString", value),
                                        Element.of("DataType", "decimal"),
                                        Element.of("UnitOfMeasure", unit)))));
    }

    private static Element text(String id, String value) {
        return Element.of(
                "ProductionData",
                List.of(
                        Element.of("ID", id),
                        Element.of(
                                "Value", List.of(Element.of("ValueString", value), Element.of("DataType", "string")))));
    }

    private static String number(double value) {
        BigDecimal plain =
                BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP).stripTrailingZeros();
        return plain.toPlainString();
    }

    private static String seconds(long micros) {
        return BigDecimal.valueOf(micros, 6).stripTrailingZeros().toPlainString();
    }

    private static void write(XMLStreamWriter xml, Element element, boolean root) throws XMLStreamException {
        xml.writeStartElement(NAMESPACE, element.name());
        if (root) {
            xml.writeDefaultNamespace(NAMESPACE);
        }
        if (element.children().isEmpty()) {
            xml.writeCharacters(legal(element.text()));
        }
        for (Element child : element.children()) {
            write(xml, child, false);
        }
        xml.writeEndElement();
    }

    /** XML 1.0 §2.2 knows no control characters; a machine's name for a product may have some all the same. */
    private static String legal(String text) {
        return text.replaceAll("[^\\x09\\x0A\\x0D\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "\uFFFD");
    }

    private static ObjectNode tree(Element element) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (Element child : element.children()) {
            if (REPEATED.contains(child.name()) && !(element.name().equals("HierarchyScope"))) {
                ArrayNode list = json.withArray("/" + child.name());
                if (child.children().isEmpty()) {
                    list.add(child.text());
                } else {
                    list.add(tree(child));
                }
            } else if (child.children().isEmpty()) {
                json.put(child.name(), child.text());
            } else {
                json.set(child.name(), tree(child));
            }
        }
        return json;
    }
}
