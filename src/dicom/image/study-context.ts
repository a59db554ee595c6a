import type { DicomJson } from '../json/dicom-json.ts';

/**
 * Patient Module (PS3.3 C.7.1.1), Clinical Trial Subject and Study (C.7.1.3, C.7.2.3), General Study (C.7.2.1) and
 * Patient Study (C.7.2.2): what one study's objects must agree on.
 */
export const STUDY_CONTEXT_TAGS: readonly string[] = [
  // The character set is not listed: DICOM JSON text is UTF-8 whatever the source was.
  '00080020', // StudyDate
  '00080030', // StudyTime
  '00080050', // AccessionNumber
  '00080051', // IssuerOfAccessionNumberSequence
  '00080090', // ReferringPhysicianName
  '00080096', // ReferringPhysicianIdentificationSequence
  '0008009C', // ConsultingPhysicianName
  '00080201', // TimezoneOffsetFromUTC
  '00081030', // StudyDescription
  '00081032', // ProcedureCodeSequence
  '00081048', // PhysiciansOfRecord
  '00081049', // PhysiciansOfRecordIdentificationSequence
  '00081060', // NameOfPhysiciansReadingStudy
  '00081062', // PhysiciansReadingStudyIdentificationSequence
  '00081080', // AdmittingDiagnosesDescription
  '00081084', // AdmittingDiagnosesCodeSequence
  '00081110', // ReferencedStudySequence
  '00081120', // ReferencedPatientSequence
  '00100010', // PatientName
  '00100020', // PatientID
  '00100021', // IssuerOfPatientID
  '00100022', // TypeOfPatientID
  '00100024', // IssuerOfPatientIDQualifiersSequence
  '00100026', // SourcePatientGroupIdentificationSequence
  '00100027', // GroupOfPatientsIdentificationSequence
  '00100030', // PatientBirthDate
  '00100032', // PatientBirthTime
  '00100033', // PatientBirthDateInAlternativeCalendar
  '00100034', // PatientDeathDateInAlternativeCalendar
  '00100035', // PatientAlternativeCalendar
  '00100040', // PatientSex
  '00100200', // QualityControlSubject
  '00101001', // OtherPatientNames
  '00101002', // OtherPatientIDsSequence
  '00101010', // PatientAge
  '00101020', // PatientSize
  '00101021', // PatientSizeCodeSequence
  '00101022', // PatientBodyMassIndex
  '00101030', // PatientWeight
  '00102000', // MedicalAlerts
  '00102110', // Allergies
  '00102160', // EthnicGroup
  '00102180', // Occupation
  '001021A0', // SmokingStatus
  '001021B0', // AdditionalPatientHistory
  '001021C0', // PregnancyStatus
  '00102201', // PatientSpeciesDescription
  '00102202', // PatientSpeciesCodeSequence
  '00102203', // PatientSexNeutered
  '00104000', // PatientComments
  '00120010', // ClinicalTrialSponsorName
  '00120020', // ClinicalTrialProtocolID
  '00120021', // ClinicalTrialProtocolName
  '00120030', // ClinicalTrialSiteID
  '00120031', // ClinicalTrialSiteName
  '00120040', // ClinicalTrialSubjectID
  '00120042', // ClinicalTrialSubjectReadingID
  '00120050', // ClinicalTrialTimePointID
  '00120051', // ClinicalTrialTimePointDescription
  '00120062', // PatientIdentityRemoved
  '00120063', // DeidentificationMethod
  '00120064', // DeidentificationMethodCodeSequence
  '00120081', // ClinicalTrialProtocolEthicsCommitteeName
  '00120082', // ClinicalTrialProtocolEthicsCommitteeApprovalNumber
  '0020000D', // StudyInstanceUID
  '00200010', // StudyID
  '00321034', // RequestingServiceCodeSequence
  '00380010', // AdmissionID
  '00380014', // IssuerOfAdmissionIDSequence
  '00380060', // ServiceEpisodeID
  '00380062', // ServiceEpisodeDescription
  '00380064', // IssuerOfServiceEpisodeIDSequence
  '00401012', // ReasonForPerformedProcedureCodeSequence
];

/** Whether results copy the attribute from the images. */
export function isOfStudyContext(tag: string): boolean {
  return STUDY_CONTEXT_TAGS.includes(tag);
}

/**
 * From one image's metadata, the patient- and study-level attributes that an object derived in the same study
 * copies verbatim, so that a PACS files it beside the images. Attributes the image lacks are left out; elements
 * are the very objects of `json`.
 */
export function studyContext(json: DicomJson): DicomJson {
  const context: Record<string, NonNullable<DicomJson[string]>> = {};
  for (const tag of STUDY_CONTEXT_TAGS) {
    const element = json[tag];
    if (element !== undefined) context[tag] = element;
  }
  return context;
}
