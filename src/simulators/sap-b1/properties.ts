/**
 * The properties of the Service Layer's entity types by what they hold, from its `$metadata` (version 10.0, by way of
 * ballerina-platform/module-ballerinax-sap.businessone, Apache-2.0; journal entries and branches from SAP's own reference).
 * What is not named here does not exist: neither to select nor to filter by.
 */
const PROPERTIES = {
  Document: {
    text: `
      ATDocumentType AddLegIn Address Address2 AddressForReturn AgentCode AllocationNumberIL AuthorizationCode
      BPChannelCode BPLName Box1099 CardCode CardName CentralBankIndicator CertificationNumber ClosingRemarks Comments
      ControlAccount CreateQRCodeFrom CustOffice DANFELgTxt DigitalPayToAddress DocCurrency DocTime DocumentTaxID
      DownPaymentTrasactionID ECommerceGSTIN ECommerceOperator EDocErrorCode EDocErrorMessage EDocNum ETaxNumber
      ElecCommMessage EndDeliveryTime ExternalCorrectedDocNum FCI FatherCard FederalTaxID FiscalDocNum
      FolioPrefixString Indicator JournalMemo ManualNumber NTSApprovedNumber NumAtCard OpeningRemarks
      OriginalCreditOrDebitNo OriginalRefNo POSEquipmentNumber POSManufacturerSerialNumber PayToBankAccountNo
      PayToBankBranch PayToBankCode PayToBankCountry PayToCode PaymentMethod PaymentReference PeriodIndicator
      PickRemark PointOfIssueCode Project Reference1 Reference2 ReportingSectionControlStatementVAT ReqCode Requester
      RequesterEmail RequesterName RoutingCode SAPPassport SequenceModel SeriesString ShipFrom ShipPlace ShipState
      ShipToCode ShipToCodeForReturn SignatureDigest SignatureInputMessage SirenNumber SiretNumber StartDeliveryTime
      SubSeriesString Suffix Supplier TaxExemptionLetterNum TaxInvoiceNo TrackingNumber UpdateTime VATRegNum
      VehiclePlate`,
    numbers: `
      AnnualInvoiceDeclarationReference AttachmentEntry BPChannelContact BPL_IDAssignedToInvoice BaseAmount
      BaseAmountFC BaseAmountSC BaseEntry BaseType BlanketAgreementNumber CashDiscountDateOffset Cig ContactPersonCode
      Cup DataVersion DiscountPercent DocEntry DocNum DocRate DocTotal DocTotalFc DocTotalSys DocumentsOwner
      DownPayment DownPaymentAmount DownPaymentAmountFC DownPaymentAmountSC DownPaymentPercentage DraftKey
      EDocExportFormat EDocSeries ETaxWebSite ExtraDays ExtraMonth FinancialPeriod FolioNumber FolioNumberFrom
      FolioNumberTo Form1099 GTSChecker GTSPayee GroupNumber GroupSeries ImportFileNum InternalCorrectedDocNum
      IssuingReason LanguageCode LastPageFolioNumber LegTextF NextCorrectingDocument NumberOfInstallments
      POSCashierNumber POSDailySummaryNo POSReceiptNo POS_CashRegister PaidToDate PaidToDateFC PaidToDateSys
      PaymentBlockEntry PaymentGroupCode PriceListNum PrivateKeyVersion Receiver RelatedEntry RelatedType Releaser
      ReqType RequesterBranch RequesterDepartment RoundingDiffAmount RoundingDiffAmountFC RoundingDiffAmountSC
      SOIWizardId SalesPersonCode Segment SequenceCode SequenceSerial Series ServiceGrossProfitPercent TotalDiscount
      TotalDiscountFC TotalDiscountSC TotalEqualizationTax TotalEqualizationTaxFC TotalEqualizationTaxSC TransNum
      TransportationCode UserSign VatPercent VatSum VatSumFc VatSumSys WTAmount WTAmountFC WTAmountSC WTApplied
      WTAppliedFC WTAppliedSC WTExemptedAmount WTExemptedAmountFC WTExemptedAmountSC WTNonSubjectAmount
      WTNonSubjectAmountFC WTNonSubjectAmountSC`,
    dates: `
      AssetValueDate CancelDate ClosingDate CreationDate DateOfReportingControlStatementVAT DocDate DocDueDate
      EndDeliveryDate ExemptionValidityDateFrom ExemptionValidityDateTo OriginalCreditOrDebitDate OriginalRefDate
      RequriedDate SpecifiedClosingDate StartDeliveryDate TaxDate TaxInvoiceDate UpdateDate VatDate`,
    enums: `
      AddressExtension ApplyCurrentVATRatesForDownPaymentsToDraw ApplyTaxOnFirstInstallment
      ArchiveNonremovableSalesQuotation AuthorizationStatus BillOfExchangeReserved BlockDunning CancelStatus Cancelled
      ClosingOption CommissionTrade CommissionTradeReturn Confirmed CreateOnlineQuotation DeferredTax DigitalPayments
      DocObjectCode DocType DocumentDelivery DocumentStatus DocumentSubType DownPaymentStatus DownPaymentType
      DutyStatus EDeliveryInfo EDocGenerationType EDocStatus EDocType EWayBillDetails ElecCommStatus EndAt
      ExcludeFromTaxReportControlStatementVAT FCEAsPaymentMeans FatherType GSTTransactionType GroupHandWritten
      HandWritten IndFinal InsuranceOperation347 InterimType InventoryStatus InvoicePayment IsAlteration IsPayToBank
      Letter MaximumCashDiscount NTSApproved NetProcedure NotRelevantForMonthlyInvoice OpenForLandedCosts
      POSDailySummary PartialSupply PaymentBlock Pick PickStatus PlasticPackagingTaxRelevant PriceMode PrintSEPADirect
      Printed RelevantToGTS ReopenManuallyClosedOrCanceledDocument ReopenOriginalDocument Reserve ReserveInvoice
      ReuseDocumentNum ReuseNotaFiscalNum Revision RevisionPo Rounding SalesPerson SendNotification ShowSCN StartFrom
      Submitted SummeryType TaxOnInstallments UseBillToAddrToDetermineTax UseCorrectionVATGroup UseShpdGoodsAct
      WareHouseUpdateType TaxExtension`,
    lists: `
      DocumentAdditionalExpenses DocumentAdditionalIntrastatExpenses DocumentDistributedExpenses DocumentInstallments
      DocumentLines DocumentPackages DocumentReferences DocumentSpecialLines Document_ApprovalRequests
      DownPaymentsToDraw ElectronicProtocols WithholdingTaxDataCollection WithholdingTaxDataWTXCollection`,
  },
  Payment: {
    text: `
      Address AllocationNumberIL BPLName BankAccount BankCode BillOfExchangeAgent BoeAccount CardCode CardName
      CashAccount CertificationNumber CheckAccount ControlAccount CounterReference DocCurrency ElecCommMessage
      JournalRemarks PayToBankAccountNo PayToBankBranch PayToBankCode PayToBankCountry PayToCode PaymentReferenceNo
      ProjectCode Reference1 Reference2 Remarks SignatureDigest SignatureInputMessage TaxGroup TransactionCode
      TransferAccount TransferReference VATRegNum WTAccount WTCode`,
    numbers: `
      AttachmentEntry BPLID BankChargeAmount BankChargeAmountInFC BankChargeAmountInSC BillOfExchangeAmount
      BillOfExchangeAmountFC BillOfExchangeAmountSC BlanketAgreement CashSum CashSumFC CashSumSys Cig
      ContactPersonCode Cup DeductionPercent DeductionSum DiscountPercent DocEntry DocNum DocRate EDocExportFormat
      LocationCode PrivateKeyVersion Series TransferRealAmount TransferSum UnderOverpaymentdiffFC
      UnderOverpaymentdiffSC UnderOverpaymentdifference WTAmount WTAmountFC WTAmountSC WTTaxableAmount WtBaseSum
      WtBaseSumFC WtBaseSumSC`,
    dates: 'DocDate DueDate TaxDate TransferDate VatDate',
    enums: `
      ApplyVAT AuthorizationStatus BillOfExchange BillofExchangeStatus CancelStatus Cancelled CurrencyIsLocal
      DigitalPayments DocObjectCode DocType DocTypte ElecCommStatus HandWritten IsPayToBank LocalCurrency
      PaymentByWTCertif PaymentPriority PaymentType Printed Proforma SplitTransaction SplitVendorCreditRow`,
    lists: `
      CashFlowAssignments ElectronicProtocols PaymentAccounts PaymentChecks PaymentCreditCards
      PaymentDocumentReferencesCollection PaymentInvoices Payments_ApprovalRequests
      WithholdingTaxCertificatesCollection WithholdingTaxDataWTXCollection`,
  },
  BusinessPartner: {
    text: `
      AdditionalID Address AgentCode AliasName BankChargesAllocationCode BankCountry BillToBuildingFloorRoom
      BillToState BillofExchangeonCollection BilltoDefault Block Box1099 BusinessType CardCode CardForeignName
      CardName Cellular CertificateDetails CertificateNumber ChannelBP City CompanyRegistrationNumber ConCerti
      ContactPerson Country County CreateTime CreditCardNum Currency CustomerBillofExchangDisc
      CustomerBillofExchangPres DME DatevAccount DebitorAccount DeductionOffice DefaultAccount DefaultBankCode
      DefaultBranch DefaultCurrency DownPaymentClearAct DownPaymentInterimAccount DunningTerm ECommerceMerchantID
      EDIRecipientID EDISenderID EDocCity EDocCountry EDocDistrict EDocPECAddress EDocRepresentativeAdditionalId
      EDocRepresentativeCompany EDocRepresentativeFirstName EDocRepresentativeFiscalCode EDocRepresentativeSurname
      EDocStreet EDocStreetNumber EDocZipCode EORINumber EmailAddress ExemptNum ExportCode FatherCard Fax FederalTaxID
      FeeAccount FreeText FrozenRemarks GTSBankAccountNo GTSBillingAddrTel GTSRegNo GlobalLocationNumber HouseBank
      HouseBankAccount HouseBankBranch HouseBankCountry HouseBankIBAN IBAN IPACodeForPA ISRBillerID Indicator
      IndustryType InstructionKey InterestAccount LegalText LinkedBusinessPartner MailAddress MailCity MailCountry
      MailCounty MailZipCode NationalInsuranceNum Notes OtherReceivablePayable OwnerIDNumber Pager Password
      PeymentMethodCode Phone1 Phone2 Picture PlanningGroup Profession ProjectCode RateDiffAccount ReferenceDetails
      RelationshipCode RepresentativeName RoutingCode ShipToBuildingFloorRoom ShipToDefault ShipToState SirenNumber
      SiretNumber TaxExemptionLetterNum UnifiedFederalTaxID UnpaidBillofExchange UpdateTime VATExemptionReason
      VATRegistrationNumber ValidRemarks VatGroup VatGroupLatinAmerica VatIDNum VerificationNumber WTCode Website
      ZipCode`,
    numbers: `
      AttachmentEntry AvarageLate CampaignNumber ClosingDateProcedureNumber CommissionGroupCode CommissionPercent
      CreditCardCode CreditLimit CurrentAccountBalance DataVersion DeductionPercent DefaultBlanketAgreementNumber
      DefaultTechnician DefaultTransporterEntry DefaultTransporterLineNumber DiscountPercent DunningLevel
      EBooksVATExemptionCause EDocBuildingNumber ETaxWebSite FormCode1099 GroupCode Industry IntrestRatePercent
      LanguageCode LastMultiReconciliationNum MainUsage MaxAmountOfExemption MaxCommitment MinIntrest
      OpenChecksBalance OpenDeliveryNotesBalance OpenOpportunities OpenOrdersBalance OwnerCode PayTermsGrpCode
      PaymentBlockDescription PriceListNum Priority Remark1 SalesPersonCode Series ShippingType Territory
      WithholdingTaxDeductionGroup`,
    dates: `
      CreateDate CreditCardExpiration DeductionValidUntil DunningDate ExemptionValidityDateFrom
      ExemptionValidityDateTo ExpirationDate FrozenFrom FrozenTo RelationshipDateFrom RelationshipDateTill UpdateDate
      ValidFrom ValidTo`,
    enums: `
      AcceptsEndorsedChecks AccrualCriteria Affiliate AutomaticPosting BPIntrastatExtension BPPriority BackOrder
      BlockDunning BlockSendingMarketingContent BookkeepingCertified CardType CollectionAuthorization CompanyPrivate
      DatevFirstDataEntry DeductibleAtSource DeferredTax DiscountBaseObject DiscountRelations EDocGenerationType
      EffectiveDiscount EffectivePrice EffectivePriceConsidersPriceBeforeDiscount EndorsableChecksFromBP Equalization
      ExchangeRateForIncomingPayment ExchangeRateForOutgoingPayment ExemptionMaxAmountValidationType FCEAsPaymentMeans
      FCERelevant FCEValidateBaseDelivery FatherType Frozen HierarchicalDeduction Industry2 InsuranceOperation347
      NaturalPer NoDiscounts NotRelevantForMonthlyInvoice OperationCode347 PartialDelivery PaymentBlock PriceMode
      Properties1 Properties10 Properties11 Properties12 Properties13 Properties14 Properties15 Properties16
      Properties17 Properties18 Properties19 Properties2 Properties20 Properties21 Properties22 Properties23
      Properties24 Properties25 Properties26 Properties27 Properties28 Properties29 Properties3 Properties30
      Properties31 Properties32 Properties33 Properties34 Properties35 Properties36 Properties37 Properties38
      Properties39 Properties4 Properties40 Properties41 Properties42 Properties43 Properties44 Properties45
      Properties46 Properties47 Properties48 Properties49 Properties5 Properties50 Properties51 Properties52
      Properties53 Properties54 Properties55 Properties56 Properties57 Properties58 Properties59 Properties6
      Properties60 Properties61 Properties62 Properties63 Properties64 Properties7 Properties8 Properties9
      PublicDirectoryStatus ResidenNumber ShaamGroup SinglePayment SubjectToWithholdingTax SurchargeOverlook
      TaxRoundingRule Territory2 ThresholdOverlook TypeOfOperation TypeReport UseBillToAddrToDetermineTax
      UseShippedGoodsAccount Valid VatLiable WithholdingTaxCertified BusinessPartnerGroup PaymentTermsType`,
    lists: `
      BPAccountReceivablePaybleCollection BPAddresses BPBankAccounts BPBlockSendingMarketingContents
      BPBranchAssignment BPCurrenciesCollection BPFiscalTaxIDCollection BPPaymentDates BPPaymentMethods
      BPVatExemptions BPWithholdingTaxCollection ContactEmployees Contacts DiscountGroups ElectronicProtocols`,
  },
  PaymentTermsType: {
    text: 'DiscountCode DunningCode PaymentTermsGroupName',
    numbers: `
      CreditLimit GeneralDiscount GroupNumber InterestOnArrears LoadLimit NumberOfAdditionalDays
      NumberOfAdditionalMonths NumberOfInstallments NumberOfToleranceDays PriceListNo`,
    dates: '',
    enums: 'BaselineDate EndAt OpenReceipt StartFrom',
    lists: 'BusinessPartners',
  },
  JournalEntry: {
    text: `
      Memo Reference Reference2 Reference3 TransactionCode ProjectCode Indicator BaseReference FolioPrefixString
      SignatureInputMessage SignatureDigest CertificationNumber`,
    numbers: 'JdtNum Number Series Original FolioNumber LocationCode AttachmentEntry',
    dates: 'ReferenceDate TaxDate DueDate VatDate StornoDate',
    enums: `
      UseAutoStorno StampTax AutoVAT ReportEU Report347 Printed BlockDunningLetter AutomaticWT Corisptivi
      OriginalJournal`,
    lists: 'JournalEntryLines',
  },
  BusinessPlace: {
    text: 'BPLName VATRegNum FederalTaxID Address City ZipCode State Country',
    numbers: 'BPLID',
    dates: '',
    enums: 'Disabled',
    lists: '',
  },
  BusinessPartnerGroup: {
    text: 'Name',
    numbers: 'Code',
    dates: '',
    enums: 'Type',
    lists: '',
  },
} as const;

export type TypeName = keyof typeof PROPERTIES;
export type PropertyKind = 'text' | 'numbers' | 'dates' | 'enums' | 'lists';

/** Every property of an entity type with what it holds. */
export const propertiesOf = (type: TypeName): Map<string, PropertyKind> =>
  new Map(
    Object.entries(PROPERTIES[type]).flatMap(([kind, names]) =>
      names
        .split(/\s+/)
        .filter(Boolean)
        .map((name) => [name, kind as PropertyKind] as const),
    ),
  );
