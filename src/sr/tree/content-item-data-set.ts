import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';
import type { ImageReference } from '../../domain/image-reference.ts';
import { dataSet } from '../encode/data-set.ts';
import { decimalString } from '../encode/decimal-string.ts';
import type { Code } from './coded-concepts.ts';
import type { ContentItem } from './content-item.ts';

/** A content item with its descendants (PS3.3 C.17.3, Document Content and Document Relationship Macros). */
export function contentItemDataSet(item: ContentItem): DataSetToEncode {
  const children = item.children.map((child) => ({
    ...dataSet({ RelationshipType: child.relationship }),
    ...contentItemDataSet(child.item),
  }));
  return {
    ...dataSet({
      ValueType: item.valueType,
      ConceptNameCodeSequence: item.conceptName === null ? undefined : [codeDataSet(item.conceptName)],
      ContentSequence: children.length === 0 ? undefined : children,
    }),
    ...valueDataSet(item),
  };
}

function valueDataSet(item: ContentItem): DataSetToEncode {
  switch (item.valueType) {
    case 'CONTAINER': {
      const template = { MappingResource: 'DCMR', TemplateIdentifier: item.templateId ?? '' };
      return dataSet({
        ContinuityOfContent: item.continuity,
        ContentTemplateSequence: item.templateId === null ? undefined : [dataSet(template)],
      });
    }
    case 'CODE':
      return dataSet({ ConceptCodeSequence: [codeDataSet(item.code)] });
    case 'TEXT':
      return dataSet({ TextValue: item.text });
    case 'NUM': {
      const measured = {
        NumericValue: decimalString(item.number),
        MeasurementUnitsCodeSequence: [codeDataSet(item.units)],
      };
      return dataSet({ MeasuredValueSequence: [dataSet(measured)] });
    }
    case 'UIDREF':
      return dataSet({ UID: item.uid });
    case 'IMAGE':
      return dataSet({ ReferencedSOPSequence: [referencedSop(item.image)] });
    case 'SCOORD':
      return dataSet({ GraphicType: item.graphicType, GraphicData: item.graphicData });
    case 'SCOORD3D':
      return dataSet({
        GraphicType: item.graphicType,
        GraphicData: item.graphicData,
        ReferencedFrameOfReferenceUID: item.frameOfReferenceUid,
      });
  }
}

/** A coded concept (PS3.3 8.8). */
export function codeDataSet(code: Code): DataSetToEncode {
  return dataSet({
    CodeValue: code.value,
    CodingSchemeDesignator: code.scheme,
    CodeMeaning: code.meaning,
  });
}

/** Image SOP Instance Reference Macro (PS3.3 table 10-3). */
function referencedSop(image: ImageReference): DataSetToEncode {
  return dataSet({
    ReferencedSOPClassUID: image.sopClassUid,
    ReferencedSOPInstanceUID: image.sopInstanceUid,
    ReferencedFrameNumber: image.frameNumber === null ? undefined : String(image.frameNumber),
  });
}
